import { setTimeout as delay } from 'node:timers/promises'
import {
  cancelled,
  cancelReason,
  IsolatedRuntimeError,
  pauseBeforeRetry,
  toIsolatedRuntimeError,
  type WorkResult,
  type Retries,
} from '@isolated-runtime/protocol'

export interface WithRetriesOptions {
  readonly retries: Retries | undefined
  /** Cancels the run, also in a pause. */
  readonly signal: AbortSignal | undefined
  /** Aborted when the runtime is closed: the next attempt is made at once, and hears of it. */
  readonly closing: AbortSignal
}

/**
 * Tries a run as often as it asks for, and gives the last outcome, with the attempts and the CPU time of all.
 *
 * @throws what the last attempt threw
 */
export async function withRetries(
  attempt: () => Promise<WorkResult>,
  { retries, signal, closing }: WithRetriesOptions,
): Promise<WorkResult> {
  if (retries === undefined) return attempt()
  const ending = signal === undefined ? closing : AbortSignal.any([signal, closing])
  const isCancelled = (): boolean => signal?.aborted === true
  let attempts = 0
  let cpuMs = 0
  for (let failedBefore = 0; ; failedBefore++) {
    let end: WorkResult | IsolatedRuntimeError
    try {
      const { usage, ...outcome } = await attempt()
      attempts += usage.attempts
      cpuMs += usage.cpuMs
      end = { ...outcome, usage: { ...usage, attempts, cpuMs } }
    } catch (thrown) {
      attempts++
      end = toIsolatedRuntimeError(thrown)
    }
    const pauseMs = pauseBeforeRetry({ retries }, failedBefore, end)
    if (pauseMs === undefined || isCancelled()) {
      if (end instanceof IsolatedRuntimeError) throw end
      return end
    }
    await delay(pauseMs, undefined, { signal: ending }).catch(() => undefined)
    if (isCancelled()) return cancelled(cancelReason(signal?.reason), { attempts, cpuMs })
  }
}
