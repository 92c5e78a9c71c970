import { cancelReason, decodeOutcome, type EncodedOutcome, type Outcome } from '@isolated-runtime/protocol'

/** A run that was submitted. */
export interface RunHandle {
  readonly id: string
  /**
   * What became of the run; the same promise each time.
   *
   * @throws `RUN_LOST`, `WAIT_TIMED_OUT`, `CLOSED` or another code of platform trouble; nothing the guest does
   */
  outcome(): Promise<Outcome>
  /**
   * Cancels the run, whether it waits or goes on; its outcome is `cancelled` then, unless it ends at that very moment.
   *
   * @param reason told in the outcome: a text, or an error; a long one is cut
   * @returns `false` for a run that was over
   * @throws `RUN_NOT_FOUND` when its outcome is no longer kept, `REDIS_UNREACHABLE`, or `CLOSED`
   */
  cancel(reason?: unknown): Promise<boolean>
}

/** The handle of a run whose outcome will be `encoded`. */
export function handleOf(
  id: string,
  encoded: Promise<EncodedOutcome>,
  cancel: (reason: string) => Promise<boolean>,
): RunHandle {
  const outcome = encoded.then(decodeOutcome)
  // Whoever never asks for the outcome has chosen not to hear of it.
  outcome.catch(() => undefined)
  return { id, outcome: () => outcome, cancel: async (reason) => cancel(cancelReason(reason)) }
}
