import type { Batching, BatchTiming, WaitingRuns } from '@isolated-runtime/runtime'
import type { ReadyCall, ReadyRun } from './run-sender.ts'

/** How many runs of a function are in flight, each by itself, before further ones wait for a batch. */
const ALONE = 4
/** Runs that are on their way for longer than this anyway, in milliseconds, lose nothing by waiting for others. */
const LONG_WAIT_MS = 10
/** The least runs that are sent before the linger timeout. */
const MIN_BATCH = 8
/** How many batches are to be in flight at once: while some are on their way, others are worked on. */
const BATCHES = 4
/** How long a run waits for others, in milliseconds. */
const LINGER_MS = 2
/** The same while enough batches are in flight: more of them, with fewer runs each, would make none faster. */
const LINGER_BEHIND_MS = 10

/** Puts quick runs of one function on the queue in batches: one job for up to sixty-four of them. */
export const batching: Batching<ReadyRun> = { keyOf, timingOf: whenManyOrLate }

/**
 * A quarter of all that are in flight is sent at once, so that those that were sent in small parts come together again.
 * Fewer are sent when they have waited long enough. Where executors are busy, the few runs that each of many clients has
 * make batches as well; a client that has one run at a time does not wait.
 */
function whenManyOrLate(waiting: WaitingRuns): BatchTiming {
  let timer: NodeJS.Timeout | undefined
  let dueAt = Infinity
  let lastSize = 1
  const send = (): void => {
    clearTimeout(timer)
    dueAt = Infinity
    lastSize = waiting.size
    waiting.send(waiting.size)
  }
  const sendWithin = (ms: number): void => {
    const at = performance.now() + ms
    if (at >= dueAt) return
    clearTimeout(timer)
    dueAt = at
    timer = setTimeout(send, ms)
  }
  const look = (): void => {
    const { size, quick, batchesInFlight, runsInFlight } = waiting
    const isBehind = batchesInFlight >= BATCHES
    const share = Math.max(MIN_BATCH, (size + runsInFlight) / BATCHES)
    if (size >= (isBehind ? quick.perBatch : Math.min(quick.perBatch, share))) send()
    else if (size > 0) sendWithin(isBehind ? LINGER_BEHIND_MS : LINGER_MS)
  }
  return {
    get aloneAtOnce() {
      if (waiting.meanWaitMs < LONG_WAIT_MS) return ALONE
      return lastSize === 1 && waiting.size === 0 ? 1 : 0
    },
    onWaiting: look,
    onSettled: look,
  }
}

function keyOf({ run }: ReadyCall): string | undefined {
  const { id: _, call, ...common } = run
  const isPlain =
    !run.isNamed &&
    run.retries === undefined &&
    run.keepOutcomeMs === undefined &&
    !run.delayMs &&
    !run.live &&
    !call.progress
  return isPlain ? JSON.stringify([common, { ...call, work: undefined }]) : undefined
}
