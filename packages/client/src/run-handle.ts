import { cancelReason, type LogEntry, type Outcome } from '@isolated-runtime/protocol'
import type { SubmittedRun } from '@isolated-runtime/queue'
import { outcomeOf } from '@isolated-runtime/runtime'
import { readLogs, readProgress } from './read-live.ts'

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
  /**
   * The lines of the guest's log: as they are written if the request has `live: true`, else when the run is over. Ends
   * when the run has settled; each call begins with the first line.
   *
   * @throws when it is consumed, what `outcome()` throws, or `REDIS_UNREACHABLE`
   */
  logs(): AsyncGenerator<LogEntry, void, undefined>
  /**
   * What the guest reports by `reportProgress`, if the request has `progress: true`. Ends when the run has settled.
   *
   * @throws as `logs` does
   */
  progress(): AsyncGenerator<unknown, void, undefined>
}

export interface HandleParts {
  readonly cancel: (reason: string) => Promise<boolean>
  /** @throws `CLOSED` */
  readonly refuseIfClosed: () => void
}

/** The handle of a run. */
export function handleOf(run: SubmittedRun, { cancel, refuseIfClosed }: HandleParts): RunHandle {
  const outcome = outcomeOf(run)
  // Whoever never asks for the outcome has chosen not to hear of it.
  outcome.catch(() => undefined)
  return {
    id: run.id,
    outcome: () => outcome,
    cancel: async (reason) => cancel(cancelReason(reason)),
    logs: () => readLogs(run, refuseIfClosed),
    progress: () => readProgress(run, refuseIfClosed),
  }
}
