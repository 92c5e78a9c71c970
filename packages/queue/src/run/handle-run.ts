import type { WorkResult, LogEntry, RunMessage } from '@isolated-runtime/protocol'
import type { TenantRules } from '../policy/tenant-policy.ts'

export interface HandleOptions {
  /** How often the run was started, this time included. */
  readonly attempt: number
  /** Aborted when the run is cancelled, or starts again elsewhere: nobody waits for the outcome from here then. */
  readonly signal: AbortSignal
  /** What holds for the runs of the tenant, whatever they ask for. */
  readonly rules: TenantRules
  /** Wants each line of the log as it is written. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined
  /** Wants each value that the guest reports. */
  readonly onProgress?: ((value: unknown) => void) | undefined
}

/**
 * Runs a run. Whatever the guest does is an outcome; a rejection is platform trouble, which the client hears of by its
 * code. `CLOSED` means that the run cannot be carried out here any more: it is handed back to the queue.
 */
export type HandleRun = (message: RunMessage, options: HandleOptions) => Promise<WorkResult>
