import type { Limits } from './limits.ts'

/** The most items a batch may have. */
export const MAX_BATCH_ITEMS = 1_000

/** A batch gets no further item once its items are this many bytes of JSON; a single item may be larger. */
export const MAX_BATCH_BYTES = 1024 * 1024

/** A batch begins no further item after this time, or after the time limit of an item if that is longer. */
const SHARED_REALM_MS = 1_000

/**
 * The same where each item has a realm of its own: such items have nothing to do with each other, and none waits long.
 * Sixty-four realms where four threads share two processors take 50 ms, and what a batch does not come to is sent again.
 */
const OWN_REALMS_MS = 250

/** What kind of work a run is, without its values. */
export type WorkKind =
  | { readonly kind: 'call' }
  /** `'shared'`: all items run in one realm; `'own'`: each is a run of its own, in a realm of its own. */
  | { readonly kind: 'batch'; readonly realms: 'shared' | 'own' }

interface Timed {
  readonly work: WorkKind
  readonly limits: Pick<Limits, 'timeoutMs'>
}

/** After how many milliseconds a batch begins no further item. */
export function batchMsOf(realms: 'shared' | 'own', { timeoutMs }: Pick<Limits, 'timeoutMs'>): number {
  return realms === 'own' ? OWN_REALMS_MS : Math.max(timeoutMs, SHARED_REALM_MS)
}

/** How long a call may go on, in milliseconds: its time limit, or for a batch the time that it may last. */
export function longestMsOf({ work, limits }: Timed): number {
  return work.kind === 'call' ? limits.timeoutMs : batchMsOf(work.realms, limits) + limits.timeoutMs
}
