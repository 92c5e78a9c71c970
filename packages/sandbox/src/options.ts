import { availableParallelism } from 'node:os'
import { LIMITS } from '@isolated-runtime/protocol'
import { z } from 'zod'

/** How large a sandbox is. */
export const sandboxOptionsSchema = z.strictObject({
  /** Cells that may belong to a tenant at once. @default the number of processors, at least 2 */
  maxCells: z.int().min(1).max(1_024).default(Math.max(2, availableParallelism())),
  /** Threads of a cell, each for one run at a time. @default 2 */
  threadsPerCell: z.int().min(1).max(64).default(2),
  /** Started cells that belong to nobody yet, over and above `maxCells`. @default 1 */
  spareCells: z.int().min(0).max(64).default(1),
  /** Runs that a `hardened` or `warm` realm serves before it is replaced. @default 2,000 */
  maxRunsPerRealm: z.int().min(1).default(2_000),
  /** Heap of a spare's threads in MB; runs that ask for another amount wait for a cell to start. @default 64 */
  spareMemoryMb: z.int().min(LIMITS.memoryMb.min).default(LIMITS.memoryMb.default),
})

export type SandboxOptions = z.input<typeof sandboxOptionsSchema> & {
  /** Silent by default. */
  readonly logger?: SandboxLogger
}

/** Where the sandbox says what the operator should know; pino's loggers fit. */
export interface SandboxLogger {
  warn(fields: object, message: string): void
}
