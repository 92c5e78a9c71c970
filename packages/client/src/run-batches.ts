import { randomUUID } from 'node:crypto'
import {
  RunBatches,
  type Departures,
  type EncodedOutcome,
  type WaitingRuns,
} from '@isolated-runtime/protocol'
import type { ReadyRun, RunSender } from './run-sender.ts'

/** So many runs of a function are under way, each by itself, before further ones travel together. */
const ALONE = 4
/** Runs that are on their way for so long anyway, in milliseconds, lose nothing by waiting for others. */
const LONG_WAIT_MS = 10
/** How long a run waits for others to travel with, in milliseconds. */
const LINGER_MS = 2

type Sender = Pick<RunSender, 'send'>

/** Puts quick runs of one function on the queue together: one job for up to sixteen of them. */
export function createRunBatches(sender: Sender): RunBatches<ReadyRun> {
  return new RunBatches({
    callOf: ({ run }) => run,
    keyOf,
    alone: (ready) => outcomeOf(sender, ready),
    together: async (runs, items) => {
      const [{ run }] = runs
      // One that names its bundle has no code to send after it; another of the same bundle may have.
      const packed = runs.find((ready) => ready.packed !== undefined)?.packed
      const chunk = { ...run, argsJson: '[]', items, ownRealms: true, id: randomUUID() }
      return outcomeOf(sender, { run: chunk, packed })
    },
    departuresOf: whenManyOrLate,
  })
}

/**
 * As many as may travel together leave at once, fewer after two milliseconds. Where executors are busy, the few runs that
 * each of many clients has travel together as well; who has one run at a time waits for nobody.
 */
function whenManyOrLate(waiting: WaitingRuns): Departures {
  let timer: NodeJS.Timeout | undefined
  let lastTogether = 1
  const leave = (): void => {
    clearTimeout(timer)
    timer = undefined
    lastTogether = waiting.size
    waiting.send(waiting.size)
  }
  return {
    get aloneAtOnce() {
      if (waiting.meanWaitMs < LONG_WAIT_MS) return ALONE
      return lastTogether === 1 && waiting.size === 0 ? 1 : 0
    },
    onWaiting: () => {
      if (waiting.size >= waiting.quick.perBatch) leave()
      else timer ??= setTimeout(leave, LINGER_MS)
    },
  }
}

async function outcomeOf(sender: Sender, ready: ReadyRun): Promise<EncodedOutcome> {
  return (await sender.send(ready, undefined)).outcome
}

function keyOf({ run }: ReadyRun): string | undefined {
  const { id: _, argsJson: __, ...common } = run
  const isPlain =
    !run.isNamed &&
    run.items === undefined &&
    run.retries === undefined &&
    run.keepOutcomeMs === undefined &&
    !run.delayMs &&
    !run.live &&
    !run.progress
  return isPlain ? JSON.stringify(common) : undefined
}
