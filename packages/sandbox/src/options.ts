import { availableParallelism } from 'node:os'
import { LIMITS } from '@isolated-runtime/protocol'
import { z } from 'zod'
import { allowSchema } from './allow.ts'
import { ISOLATIONS } from './pool/isolation.ts'

/** How large a sandbox is. */
export const sandboxOptionsSchema = z.strictObject({
  /** Cells that may belong to a tenant at once. @default the number of processors, at least 2 */
  maxCells: z.int().min(1).max(1_024).default(Math.max(2, availableParallelism())),
  /** Threads of a cell, each for one run at a time. @default 2 */
  threadsPerCell: z.int().min(1).max(64).default(2),
  /**
   * Started cells that belong to nobody yet, over and above `maxCells`. While tenants wait for a cell there may be half as
   * many as `maxCells`, or as there are processors if these are fewer; unless this is 0.
   *
   * @default 1
   */
  spareCells: z.int().min(0).max(64).default(1),
  /** Who may be in a cell together; under `shared`, all realms are fresh. @default 'tenant' */
  isolation: z.enum(ISOLATIONS).default('tenant'),
  /**
   * What guests get besides what they have in any case: `code-from-strings` (`eval`, `new Function`), `web-assembly`,
   * `shared-memory` (`SharedArrayBuffer`, `Atomics`), `weak-references` (`WeakRef`, `FinalizationRegistry`). Each makes
   * a wall thinner: docs/security-model.md says which, and by how much.
   *
   * @default none of them
   */
  allow: allowSchema.default([]),
  /** When a bundle whose runs kill their cells is refused for a while. */
  circuitBreaker: z
    .strictObject({
      /** How many cells it has to kill within the window. @default 3 */
      maxKills: z.int().min(1).default(3),
      /** @default 60_000 */
      windowMs: z.int().min(1).default(60_000),
      /** How long it is refused before one run is let through as a probe. @default 30_000 */
      openMs: z.int().min(1).default(30_000),
    })
    .prefault({}),
  /** Runs that a `hardened` or `warm` realm serves before it is replaced. @default 2,000 */
  maxRunsPerRealm: z.int().min(1).default(2_000),
  /** Heap of a spare's threads in MB; runs that ask for another amount wait for a cell to start. @default 64 */
  spareMemoryMb: z.int().min(LIMITS.memoryMb.min).default(LIMITS.memoryMb.default),
  /**
   * Where the executor is root, each cell runs as a user of its own, from this id on, so that code that breaks out of
   * a cell's other walls can neither signal nor trace the executor or another cell. Every such user must be able to
   * read Node.js and the code of this package. 0 leaves cells with root. Two executors on one machine should have
   * ranges of their own. Without effect where the executor is not root.
   *
   * @default 62000 if everybody can read the code and the executor may change users, else 0
   */
  firstCellUid: z.int().min(0).max(4_000_000_000).optional(),
})

export type SandboxOptions = z.input<typeof sandboxOptionsSchema> & {
  /** Silent by default. */
  readonly logger?: SandboxLogger
}

/** Where the sandbox says what the operator should know; pino's loggers fit. */
export interface SandboxLogger {
  warn(fields: object, message: string): void
}
