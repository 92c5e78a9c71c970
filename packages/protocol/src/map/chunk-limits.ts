import type { Limits } from '../limits.ts'

/** The most items a chunk may have. */
export const MAX_CHUNK_ITEMS = 1_000

/** A chunk gets no further item once its items are so many bytes of JSON; a single item may be larger. */
export const MAX_CHUNK_BYTES = 1024 * 1024

/** A chunk begins no further item once it has run for so long, or for the time limit of an item if that is longer. */
const CHUNK_MS = 1_000

/**
 * The same where each item has a realm of its own: such items have nothing to do with each other, and none waits long.
 * Sixty-four realms where four threads share two processors take 50 ms, and what a chunk does not come to is sent again.
 */
const OWN_REALMS_CHUNK_MS = 250

/** What says how long a chunk may go on. */
interface ChunkTimes {
  readonly limits: Pick<Limits, 'timeoutMs'>
  /** @default false */
  readonly ownRealms?: boolean | undefined
}

/** After how many milliseconds a chunk begins no further item. */
export function chunkMsOf({ limits: { timeoutMs }, ownRealms = false }: ChunkTimes): number {
  return ownRealms ? OWN_REALMS_CHUNK_MS : Math.max(timeoutMs, CHUNK_MS)
}

/** How long a run may go on, in milliseconds: its time limit, or for a chunk the time that it may last. */
export function longestMsOf(run: ChunkTimes & { readonly items?: readonly string[] | undefined }): number {
  const { timeoutMs } = run.limits
  return run.items === undefined ? timeoutMs : chunkMsOf(run) + timeoutMs
}
