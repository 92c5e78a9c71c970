import type { Logger } from '../logger.ts'
import type { RunPayloads } from '../payload/run-payloads.ts'
import type { StoredRuns } from './stored-runs.ts'

export interface DropValuesParts {
  readonly stored: Pick<StoredRuns, 'message'>
  readonly runs: Pick<RunPayloads, 'drop'>
  readonly logger: Logger
}

/** Removes what lies beside the job of a run that nobody takes any more. Never rejects: it expires in any case. */
export async function dropValues(runId: string, { stored, runs, logger }: DropValuesParts): Promise<void> {
  try {
    await runs.drop(await stored.message(runId))
  } catch (error) {
    logger.debug({ err: error, run: runId }, 'The arguments of a run are left to expire')
  }
}
