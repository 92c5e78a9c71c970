import type { Limits } from '../limits.ts'

/** The most items a chunk may have. */
export const MAX_CHUNK_ITEMS = 1_000

/** A chunk gets no further item once its items are so many bytes of JSON; a single item may be larger. */
export const MAX_CHUNK_BYTES = 1024 * 1024

/** A chunk begins no further item once it has run for so long, or for the time limit of an item if that is longer. */
const CHUNK_MS = 1_000

/** After how many milliseconds a chunk begins no further item. */
export function chunkMsOf({ timeoutMs }: Pick<Limits, 'timeoutMs'>): number {
  return Math.max(timeoutMs, CHUNK_MS)
}

/** How long a run may go on, in milliseconds: its time limit, or for a chunk the time that it may last. */
export function longestMsOf(run: {
  readonly limits: Pick<Limits, 'timeoutMs'>
  readonly items?: readonly string[] | undefined
}): number {
  const { timeoutMs } = run.limits
  return run.items === undefined ? timeoutMs : chunkMsOf(run.limits) + timeoutMs
}
