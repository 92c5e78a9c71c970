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
  /** Heap of a spare's threads in MB; runs that ask for another amount wait for a cell to start. @default 64 */
  spareMemoryMb: z.int().min(LIMITS.memoryMb.min).default(LIMITS.memoryMb.default),
  /**
   * User and group id that cells run as where the executor is root, so that code that breaks out of a cell's other
   * walls can neither signal nor trace the executor. The user must be able to read Node.js and the code of this
   * package; 0 leaves cells with root. Without effect where the executor is not root.
   *
   * @default 65534 (`nobody`) if that user can read the code and the executor may change users, else 0
   */
  cellUid: z.int().min(0).optional(),
})

export type SandboxOptions = z.input<typeof sandboxOptionsSchema> & {
  /** Silent by default. */
  readonly logger?: SandboxLogger
}

/** Where the sandbox says what the operator should know; pino's loggers fit. */
export interface SandboxLogger {
  warn(fields: object, message: string): void
}
