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
/** So few do not leave before their time. */
const MIN_TOGETHER = 8
/** So many departures are to be under way at once: the journey of some is the working time of others. */
const DEPARTURES = 4
/** How long a run waits for others to travel with, in milliseconds. */
const LINGER_MS = 2
/** The same while there are departures enough under way: more of them, with fewer runs each, would make none faster. */
const LINGER_BEHIND_MS = 10

type Sender = Pick<RunSender, 'send'>

/** Puts quick runs of one function on the queue together: one job for up to sixty-four of them. */
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
 * A quarter of all that are under way leave at once, so that those that were sent in small parts come together again.
 * Fewer leave when they have waited long enough. Where executors are busy, the few runs that each of many clients has
 * travel together as well; who has one run at a time waits for nobody.
 */
function whenManyOrLate(waiting: WaitingRuns): Departures {
  let timer: NodeJS.Timeout | undefined
  let dueAt = Infinity
  let lastTogether = 1
  const leave = (): void => {
    clearTimeout(timer)
    dueAt = Infinity
    lastTogether = waiting.size
    waiting.send(waiting.size)
  }
  const leaveWithin = (ms: number): void => {
    const at = performance.now() + ms
    if (at >= dueAt) return
    clearTimeout(timer)
    dueAt = at
    timer = setTimeout(leave, ms)
  }
  const look = (): void => {
    const { size, quick, underWay, runsUnderWay } = waiting
    const isBehind = underWay >= DEPARTURES
    const share = Math.max(MIN_TOGETHER, (size + runsUnderWay) / DEPARTURES)
    if (size >= (isBehind ? quick.perBatch : Math.min(quick.perBatch, share))) leave()
    else if (size > 0) leaveWithin(isBehind ? LINGER_BEHIND_MS : LINGER_MS)
  }
  return {
    get aloneAtOnce() {
      if (waiting.meanWaitMs < LONG_WAIT_MS) return ALONE
      return lastTogether === 1 && waiting.size === 0 ? 1 : 0
    },
    onWaiting: look,
    onOver: look,
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
