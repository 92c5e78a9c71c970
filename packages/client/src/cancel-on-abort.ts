import { cancelReason } from '@isolated-runtime/protocol'
import type { Logger } from '@isolated-runtime/queue'

export interface CancelOnAbortOptions {
  readonly signal: AbortSignal
  /** Settles when there is nothing to cancel any more. */
  readonly outcome: Promise<unknown>
  readonly cancel: (reason: string) => Promise<unknown>
  readonly logger: Logger | undefined
}

/** Cancels a run when a signal is aborted, or at once if it has been. */
export function cancelOnAbort({ signal, outcome, cancel, logger }: CancelOnAbortOptions): void {
  const onAbort = (): void => {
    cancel(cancelReason(signal.reason)).catch((error: unknown) =>
      // Whoever waits hears by the deadline what became of the run.
      logger?.warn({ err: error }, 'A run could not be cancelled'),
    )
  }
  if (signal.aborted) return onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  const forget = (): void => signal.removeEventListener('abort', onAbort)
  outcome.then(forget, forget)
}
