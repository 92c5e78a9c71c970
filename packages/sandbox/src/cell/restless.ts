import type { Limits } from '@isolated-runtime/protocol'
import type { ThreadStatus } from '../thread/status-board.ts'

/**
 * How long a thread may go on after the function has settled, before it is thrown away, within the time limit of the run.
 * It is at rest at once where it is let: the time is for machines that have more to do than they can.
 */
const REST_GRACE_MS = 250
/** So long it may go on in any case: a function that settles just before the time limit has done nothing wrong. */
export const LEAST_REST_GRACE_MS = 20

/** What has settled and is not at rest. A thread at rest is not busy: its answer is only not read yet. */
export function restlessPart({
  settled,
  itemSettled,
  atRest,
}: ThreadStatus): { readonly at: number } | undefined {
  if (itemSettled?.atRest === false) return itemSettled
  return atRest ? undefined : settled
}

/** Until when the thread may go on. */
export function restDueAt(
  settledAt: number,
  { startedAt }: ThreadStatus,
  { timeoutMs }: Pick<Limits, 'timeoutMs'>,
): number {
  return Math.max(settledAt + LEAST_REST_GRACE_MS, Math.min(settledAt + REST_GRACE_MS, startedAt + timeoutMs))
}
