import type { ErrorCode, OutcomeStatus } from '@isolated-runtime/protocol'
import type { OutcomePayloads } from '../payload/outcome-payloads.ts'
import type { RunResult } from '../payload/run-result.ts'

/** How the last run of a schedule ended, or that it did not yet. */
export const SCHEDULED_RUN_STATUSES = [
  'pending',
  'succeeded',
  'failed',
  'timed-out',
  'out-of-memory',
  'crashed',
  'cancelled',
  'expired',
  'refused',
  'trouble',
  'lost',
] as const satisfies (OutcomeStatus | 'pending' | 'trouble' | 'lost')[]

export type ScheduledRunStatus = (typeof SCHEDULED_RUN_STATUSES)[number]

/** How a run of a schedule ended. */
export interface RunEnd {
  readonly status: ScheduledRunStatus
  readonly error?: { readonly code: ErrorCode; readonly message: string } | undefined
}

/** The message of a guest's error may be as long as the guest likes. */
const MAX_MESSAGE_CHARS = 1_000

/** What a schedule remembers of the end of a run. */
export async function runEndOf(
  jobId: string,
  result: RunResult,
  payloads: Pick<OutcomePayloads, 'restore'>,
): Promise<RunEnd> {
  switch (result.kind) {
    case 'trouble':
      return failedEnd('trouble', result.error)
    case 'stowed':
      // What went wrong lies beside the job, with a large log perhaps.
      if (result.stowed.status === 'succeeded' || result.stowed.status === 'reported')
        return { status: 'succeeded' }
      return runEndOf(jobId, await payloads.restore(jobId, result.stowed), payloads)
    case 'outcome': {
      const { outcome } = result
      // A schedule makes single calls only; its id may be that of another run all the same.
      if (outcome.status === 'succeeded' || outcome.status === 'reported') return { status: 'succeeded' }
      return failedEnd(outcome.status, outcome.error)
    }
  }
}

/** What a schedule remembers of a run that went wrong. */
export function failedEnd(
  status: ScheduledRunStatus,
  { code, message }: { readonly code: ErrorCode; readonly message: string },
): RunEnd {
  return { status, error: { code, message: message.slice(0, MAX_MESSAGE_CHARS) } }
}
