import type { Logger } from '../logger.ts'
import { payloadOf, type QueuedRun, type RunPayloads } from '../payload/run-payloads.ts'
import { jobIdOf, runFieldsOf } from '../run/run-key.ts'
import type { StoredRuns } from './stored-runs.ts'

export interface DropValuesParts {
  readonly stored: Pick<StoredRuns, 'submitted'>
  readonly runs: Pick<RunPayloads, 'drop'>
  readonly logger: Logger
}

/** Removes what lies beside the job of a run that nobody takes any more. Never rejects: it expires in any case. */
export async function dropValues(jobId: string, { stored, runs, logger }: DropValuesParts): Promise<void> {
  try {
    await runs.drop((await stored.submitted(jobId))?.message)
  } catch (error) {
    logger.debug(
      { event: 'payload.delete-failed', err: error, ...runFieldsOf(jobId) },
      'Could not delete the arguments of a finished run; they expire',
    )
  }
}

/** The same for one that joined a run which has values of its own. A run that Redis got twice joins itself, and keeps them. */
export async function dropUnused(
  queued: QueuedRun,
  { stored, runs, logger }: DropValuesParts,
): Promise<void> {
  const payload = payloadOf(queued)
  if (payload === undefined) return
  try {
    const used = payloadOf((await stored.submitted(jobIdOf(queued)))?.message)
    if (used?.name !== payload.name) await runs.drop(queued)
  } catch (error) {
    logger.debug(
      { event: 'payload.discard-failed', err: error, run: queued.id },
      'Could not delete the arguments of a refused run; they expire',
    )
  }
}
