import { IsolatedRuntimeError, LIMITS } from '@isolated-runtime/protocol'
import { z } from 'zod'
import { allowSchema } from './allow.ts'
import { defaultCellMemoryMb } from './pool/cell-budget.ts'
import { ISOLATIONS } from './pool/isolation.ts'
import type { SandboxLogger } from './live/sandbox-logger.ts'
import { Resources } from './resources/resources.ts'

const MAX_SLOTS = 65_536
/** How many cells belong to a tenant at most where nothing else is said. */
export const MAX_CELLS = 1_024
const SLOTS_PER_PROCESSOR = 4
/** A cell that has run something. */
const MIN_CELL_MEMORY_MB = 64

/** How large a sandbox is. */
export const sandboxOptionsSchema = z.strictObject({
  /**
   * How many runs go on at once. More than there are processors, because guests await as well.
   *
   * @default four for each processor; where `maxCells` is given, `maxCells` × `threadsPerCell`
   */
  slots: z.int().min(1).max(MAX_SLOTS).optional(),
  /**
   * How much memory the cells may hold, in MB, that belong to a tenant and have no run at the moment. Over it, those end
   * whose tenants come back least often for what they hold. No more than the machine, or its container, has.
   *
   * @default what the machine has, less 512 and what `slots` runs may come to use at once; a quarter of it at least
   */
  cellMemoryMb: z.int().min(MIN_CELL_MEMORY_MB).optional(),
  /** Cells that may belong to a tenant at once, whatever memory there is. @default 1,024 */
  maxCells: z.int().min(1).max(MAX_CELLS).optional(),
  /** Threads of a cell, each for one run at a time. @default 2 */
  threadsPerCell: z.int().min(1).max(64).default(2),
  /**
   * Started cells that belong to nobody yet, over and above those of tenants. While tenants wait for a cell there may be as
   * many as there are processors, but no more than half of `maxCells`; unless this is 0.
   *
   * @default 1
   */
  spareCells: z.int().min(0).max(64).default(1),
  /**
   * Who may be in a cell together: see docs/operate/security-model.md. Under `shared`, all realms are fresh. Runs may ask for more.
   *
   * @default 'tenant'
   */
  isolation: z.enum(ISOLATIONS).default('tenant'),
  /**
   * What guests get besides what they have in any case: `code-from-strings` (`eval`, `new Function`), `web-assembly`,
   * `shared-memory` (`SharedArrayBuffer`, `Atomics`), `weak-references` (`WeakRef`, `FinalizationRegistry`). Each makes
   * a wall thinner: docs/operate/security-model.md says which, and by how much.
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
  /** Memory of runs that spares are for, in MB; those of another class of memory wait for a cell to start. @default 64 */
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

/** How many runs go on at once, for options that were parsed. */
export function slotsOf({ slots, maxCells, threadsPerCell }: ParsedSizes): number {
  if (slots !== undefined) return slots
  if (maxCells !== undefined) return maxCells * threadsPerCell
  return Math.ceil(SLOTS_PER_PROCESSOR * Math.max(1, Resources.of().processors()))
}

/**
 * How much memory idle cells may hold, in MB.
 *
 * @throws `INVALID_OPTIONS` if there is not as much as asked for
 */
export function cellMemoryMbOf({ cellMemoryMb, spareMemoryMb }: ParsedSizes, slots: number): () => number {
  const resources = Resources.of()
  const machineMb = resources.memory().limitMb
  if (cellMemoryMb !== undefined && cellMemoryMb > machineMb)
    throw new IsolatedRuntimeError(
      'INVALID_OPTIONS',
      `Invalid sandbox options: "cellMemoryMb" is ${cellMemoryMb}, the machine or its container has ${Math.floor(machineMb)} MB`,
    )
  // A container may be given another limit while it runs.
  if (cellMemoryMb !== undefined) return () => cellMemoryMb
  return () => defaultCellMemoryMb(resources.memory().limitMb, slots, spareMemoryMb)
}

type ParsedSizes = z.output<typeof sandboxOptionsSchema>

export type SandboxOptions = z.input<typeof sandboxOptionsSchema> & {
  /** Silent by default. */
  readonly logger?: SandboxLogger
}
