import { setTimeout as delay } from 'node:timers/promises'
import { IsolatedRuntimeError } from '@isolated-runtime/protocol'

/**
 * Sends something, and again when the queue says that it is full and when to come back: for no longer than `waitMs`, or
 * until one of the signals is aborted.
 *
 * @throws what `send` throws
 */
export async function retryWhileQueueFull<T>(
  send: () => Promise<T>,
  { waitMs, signals }: { readonly waitMs: number; readonly signals: AbortSignal[] },
): Promise<T> {
  const endAt = performance.now() + waitMs
  for (;;) {
    try {
      return await send()
    } catch (error) {
      const againInMs = error instanceof IsolatedRuntimeError ? error.retryAfterMs : undefined
      if (againInMs === undefined || performance.now() + againInMs > endAt) throw error
      // Aborted, it comes back at once, to be told that it was cancelled, or that the client is closed.
      await delay(againInMs, undefined, { signal: AbortSignal.any(signals) }).catch(() => undefined)
    }
  }
}
