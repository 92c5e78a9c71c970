import { endsWithinMs, longestMsOf, startsWithinMs } from '@isolated-runtime/protocol'
import type { TakenJob } from '../bullmq/taken-job.ts'
import type { Gate } from '../gate/gate.ts'
import { runFieldsOf } from '../run/run-key.ts'
import type { Logger } from '../logger.ts'
import type { QueuedRun } from '../payload/run-payloads.ts'
import type { RunMarks } from '../active/run-marks.ts'

interface Waited {
  /** How long after it was submitted it was taken, in milliseconds. */
  readonly queuedMs: number
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
export function isTooLate(message: QueuedRun, { queuedMs, attempt, failures }: Waited): boolean {
  const withinMs = startsWithinMs(message)
  if (failures > 0) return queuedMs > endsWithinMs(message, withinMs) - longestMsOf(message.call)
  return attempt === 1 && queuedMs >= withinMs
}

interface FailedAttempt {
  /** The pause before the next. */
  readonly pauseMs: number
  /** What this one used. */
  readonly cpuMs: number
  /** How often it was begun. */
  readonly starts: number
}

interface PutOffParts {
  readonly gate: Pick<Gate, 'putOff'>
  readonly marks: Pick<RunMarks, 'countFailure'>
  readonly logger: Logger
}

/** Puts a job back on the queue, not to be taken before the pause is over. Never rejects: its lease ends in any case. */
export async function putOff(
  { id: jobId, attempt, token }: TakenJob,
  { pauseMs, ...used }: FailedAttempt,
  { gate, marks, logger }: PutOffParts,
): Promise<void> {
  try {
    // First: an attempt has failed, whatever becomes of this executor in the next moment.
    await marks.countFailure(jobId, attempt, used)
    // The lock may be lost, and then somebody else has the run.
    if (await gate.putOff(jobId, token, pauseMs))
      logger.debug({ event: 'run.retrying', ...runFieldsOf(jobId), pauseMs }, 'A failed run is retried')
  } catch (error) {
    logger.debug(
      { event: 'run.delay-failed', err: error, ...runFieldsOf(jobId) },
      'Could not delay the retry of a run',
    )
  }
}
