import { latestEndOf, longestMsOf } from '@isolated-runtime/protocol'
import { DelayedError, type Job } from 'bullmq'
import { runFieldsOf } from '../run-key.ts'
import type { Logger } from '../logger.ts'
import type { QueuedRun } from '../payload/run-payloads.ts'
import type { RunMarks } from './run-marks.ts'

interface TakenRun {
  /** How often it was taken, this time included. */
  readonly attempt: number
  /** How many attempts have failed and were followed by another. */
  readonly failures: number
}

/**
 * Whether a run that is taken now has waited for too long. `expiresInMs` bounds the wait for the first attempt; who waits
 * for the run has counted on all its attempts. One that was begun and lost by its executor is not given up, however late it
 * is: it may be half done.
 */
export function isTooLate(message: QueuedRun, taken: TakenRun, now: number): boolean {
  if (taken.failures > 0) return now > latestEndOf(message) - longestMsOf(message)
  return taken.attempt === 1 && now >= message.expiresAt
}

/** Puts a job back on the queue, not to be taken before the pause is over. @param cpuMs what the attempt used */
export async function putOff(
  job: Job,
  pauseMs: number,
  cpuMs: number,
  { marks, logger }: { readonly marks: Pick<RunMarks, 'countFailure'>; readonly logger: Logger },
): Promise<never> {
  try {
    // First: an attempt has failed, whatever becomes of this executor in the next moment.
    await marks.countFailure(job.id ?? '', job.attemptsStarted, cpuMs)
    await job.moveToDelayed(Date.now() + pauseMs, job.token)
    logger.debug({ ...runFieldsOf(job.id ?? ''), pauseMs }, 'A run is tried again')
  } catch (error) {
    // The lock may be lost, and then somebody else has the run.
    logger.debug({ err: error, ...runFieldsOf(job.id ?? '') }, 'A run could not be put off')
  }
  throw new DelayedError()
}
