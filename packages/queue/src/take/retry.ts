import { latestEndOf, longestMsOf } from '@isolated-runtime/protocol'
import { DelayedError, type Job } from 'bullmq'
import { runIdOf } from '../job-id.ts'
import type { Logger } from '../logger.ts'
import type { QueuedRun } from '../payload/run-payloads.ts'
import type { RunMarks } from './run-marks.ts'

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
