import {
  IsolatedRuntimeError,
  latestEndOf,
  longestMsOf,
  pauseAfter,
  type EncodedOutcome,
} from '@isolated-runtime/protocol'
import { DelayedError, type Job } from 'bullmq'
import { runIdOf } from '../job-id.ts'
import type { Logger } from '../logger.ts'
import type { QueuedRun } from '../payload/run-payloads.ts'
import type { RunMarks } from './run-marks.ts'

/**
 * How long to wait before a run is tried again, in milliseconds; `undefined` if this attempt was its last.
 *
 * @param failedBefore how many attempts have failed before this one
 */
export function pauseBeforeRetry(
  { retries }: QueuedRun,
  failedBefore: number,
  failure: EncodedOutcome | IsolatedRuntimeError,
): number | undefined {
  const failed = failedBefore + 1
  if (retries === undefined || failed >= retries.attempts) return undefined
  const isMeant =
    failure instanceof IsolatedRuntimeError
      ? failure.retryable
      : retries.on.some((status) => status === failure.status)
  return isMeant ? pauseAfter(failed, retries) : undefined
}

/** Whether a run that is taken now has waited for too long; who waits for it has counted on all its attempts. */
export function isTooLate(message: QueuedRun, failedBefore: number, now: number): boolean {
  if (failedBefore === 0) return now >= message.expiresAt
  return now > latestEndOf(message) - longestMsOf(message)
}

/** Puts a job back on the queue, not to be taken before the pause is over. */
export async function putOff(
  job: Job,
  pauseMs: number,
  { marks, logger }: { readonly marks: Pick<RunMarks, 'countFailure'>; readonly logger: Logger },
): Promise<never> {
  try {
    // First: an attempt has failed, whatever becomes of this executor in the next moment.
    await marks.countFailure(job.id ?? '')
    await job.moveToDelayed(Date.now() + pauseMs, job.token)
    logger.debug({ run: runIdOf(job.id ?? ''), pauseMs }, 'A run is tried again')
  } catch (error) {
    // The lock may be lost, and then somebody else has the run.
    logger.debug({ err: error, run: runIdOf(job.id ?? '') }, 'A run could not be put off')
  }
  throw new DelayedError()
}
