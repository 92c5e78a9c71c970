import { encodeConstants, globalsSchema, parse } from '@isolated-runtime/protocol'
import { z } from 'zod'

const MIB = 1024 * 1024

const packOptionsSchema = z.strictObject({
  maxBytes: z
    .int()
    .min(1)
    .max(12 * MIB)
    .default(10 * MIB),
  maxFiles: z.int().min(1).default(2_000),
  constants: globalsSchema.default({}),
})

/** How a folder of guest code becomes a bundle, and how large it may be. */
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
  /**
   * Globals that every run of the bundle sees, as JSON values, 64 KiB at most: settings, and secrets that the guest may
   * know. They are part of what the bundle is, so that other constants make another bundle, and they cannot be changed
   * by guests.
   *
   * @default {}
   */
  constants?: Readonly<Record<string, unknown>>
}

export type PackLimits = Required<Pick<PackOptions, 'maxBytes' | 'maxFiles'>>

export interface ParsedPackOptions extends PackLimits {
  readonly constantsJson: string | undefined
}

/** @throws `INVALID_OPTIONS` naming every option that is unknown or out of range, never a constant's value */
export function parsePackOptions(options: PackOptions): ParsedPackOptions {
  const { constants, ...limits } = parse(packOptionsSchema, options, 'options for packing', 'INVALID_OPTIONS')
  return { ...limits, constantsJson: encodeConstants(constants) }
}
