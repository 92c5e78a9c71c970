import { parse } from '@isolated-runtime/protocol'
import { z } from 'zod'

const MIB = 1024 * 1024

const packOptionsSchema = z.strictObject({
  maxBytes: z
    .int()
    .min(1)
    .max(12 * MIB)
    .default(10 * MIB),
  maxFiles: z.int().min(1).default(2_000),
})

/** How large a folder of guest code may be. */
export interface PackOptions {
  /**
   * The most bytes the files of code may hold together, and the most the bundle made of them may have; up to 12 MiB.
   *
   * @default 10 MiB
   */
  maxBytes?: number
  /**
   * The most files of code.
   *
   * @default 2_000
   */
  maxFiles?: number
}

export type PackLimits = Required<PackOptions>

/** @throws `INVALID_OPTIONS` naming every option that is unknown or out of range */
export function parsePackOptions(options: PackOptions): PackLimits {
  return parse(packOptionsSchema, options, 'options for packing', 'INVALID_OPTIONS')
}
