import {
  cancelled,
  cancelReason,
  decodeOutcome,
  pauseBeforeRetry,
  type Outcome,
  type Retries,
} from '@isolated-runtime/protocol'
import { setTimeout as delay } from 'node:timers/promises'
import type { EncodedItem } from './encoded-item.ts'
import { settleBatch, type RunBatch } from './settle-batch.ts'

export interface ItemRetries {
  readonly retries: Retries | undefined
  /** Ends a pause; the items that were to be tried again are `cancelled` then. */
  readonly signal: AbortSignal
  /** Ends a pause too, for the next attempt fails: what would make it is closed. */
  readonly closing: AbortSignal
}

/**
 * Runs the items of a batch as {@link settleBatch} does, and after a pause those again that failed in a way that is asked
 * for. The others keep their outcomes, but wait for these: outcomes are told in order.
 */
export async function settleWithRetries(
  batch: readonly EncodedItem[],
  contextBytes: number,
  run: RunBatch,
  { retries, signal, closing }: ItemRetries,
): Promise<Outcome[]> {
  const outcomes = await settleBatch(batch, contextBytes, run)
  for (let failedBefore = 0; ; failedBefore++) {
    const pauses = outcomes.map((outcome) => pauseBeforeRetry({ retries }, failedBefore, outcome))
    const places = [...outcomes.keys()].filter((place) => pauses[place] !== undefined)
    const [first] = places
    if (first === undefined || signal.aborted) return outcomes
    // Items fail together: what has failed as often waits as long.
    const woken = AbortSignal.any([signal, closing])
    await delay(pauses[first], undefined, { signal: woken }).catch(() => undefined)
    const again = signal.aborted
      ? places.map(() => decodeOutcome(cancelled(cancelReason(signal.reason), { attempts: 0 })))
      : await settleBatch(
          places.map((place) => batch[place] as EncodedItem),
          contextBytes,
          run,
        )
    for (const [index, place] of places.entries())
      outcomes[place] = withAttempts(again[index] as Outcome, outcomes[place] as Outcome)
  }
}

function withAttempts(outcome: Outcome, { usage: before }: Outcome): Outcome {
  const { attempts, cpuMs } = outcome.usage
  const usage = { ...outcome.usage, attempts: before.attempts + attempts, cpuMs: before.cpuMs + cpuMs }
  return { ...outcome, usage }
}
