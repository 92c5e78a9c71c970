import {
  decodeOutcomeInSlices,
  type BatchResult,
  type EncodedOutcome,
  type Outcome,
  type SingleCall,
  type Unsuccessful,
} from '@isolated-runtime/protocol'
import { settleBatch } from '../map/settle-batch.ts'
import { QuickRuns } from './quick-runs.ts'

/** The most characters of arguments in a batch: about as many as are packed on the spot. */
const MAX_CHARS = 192 * 1024
/** How much the latest of those sent counts. */
const SHARE_OF_LATEST = 0.2

/** How runs are sent, by themselves and in batches. */
export interface RunSending<Run> {
  readonly callOf: (run: Run) => SingleCall
  readonly sendCall: (run: Run) => Promise<EncodedOutcome>
  /** Sends a batch with a realm of its own for each item; the items are the arguments of the runs. */
  readonly sendBatch: (
    runs: readonly [Run, ...Run[]],
    items: readonly string[],
  ) => Promise<BatchResult | Unsuccessful>
  readonly timingOf: (waiting: WaitingRuns) => BatchTiming
}

/** Runs of one function that wait to be sent. */
export interface WaitingRuns {
  readonly size: number
  /** How long runs of the function take. */
  readonly quick: QuickRuns
  /** How many batches are in flight; a run that was sent by itself counts as one. */
  readonly batchesInFlight: number
  /** How many runs are in flight. */
  readonly runsInFlight: number
  /** How long runs were lately on their way, besides the time that they took, in milliseconds. */
  readonly meanWaitMs: number
  /** Sends the first `count` of them in a batch, or in several where their arguments are too large for one. */
  readonly send: (count: number) => void
}

/** Decides when runs that wait are sent. */
export interface BatchTiming {
  /** How many runs are sent at once, each by itself, before others wait. */
  readonly aloneAtOnce: number
  /** One more run waits. */
  readonly onWaiting?: () => void
  /** A batch has settled. */
  readonly onSettled?: () => void
}

interface Waiting<Run> {
  readonly run: Run
  readonly resolve: (outcome: Outcome | Promise<Outcome>) => void
}

/** Runs that differ in nothing but their arguments. */
export class SimilarRuns<Run> implements WaitingRuns {
  readonly quick: QuickRuns = new QuickRuns()
  readonly #sending: RunSending<Run>
  readonly #timing: BatchTiming
  readonly #waiting: Waiting<Run>[] = []
  #batchesInFlight = 0
  #runsInFlight = 0
  #meanWaitMs = 0

  constructor(sending: RunSending<Run>) {
    this.#sending = sending
    this.#timing = sending.timingOf(this)
  }

  get size(): number {
    return this.#waiting.length
  }

  get batchesInFlight(): number {
    return this.#batchesInFlight
  }

  get runsInFlight(): number {
    return this.#runsInFlight
  }

  get meanWaitMs(): number {
    return this.#meanWaitMs
  }

  /** @throws what sending throws */
  async outcome(run: Run): Promise<Outcome> {
    if (this.#batchesInFlight < this.#timing.aloneAtOnce || !this.quick.areQuick)
      return this.#settled([run]).then(([outcome]) => outcome as Outcome)
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    this.#waiting.push({ run, resolve })
    this.#timing.onWaiting?.()
    return promise
  }

  send(count: number): void {
    let left = count
    while (left > 0 && this.size > 0) {
      const sent = this.#waiting.splice(0, Math.min(left, this.#fitting()))
      left -= sent.length
      const outcomes = this.#settled(sent.map(({ run }) => run))
      for (const [index, { resolve }] of sent.entries())
        resolve(outcomes.then((all) => all[index] as Outcome))
    }
  }

  /** How many of those that wait fit into one batch. */
  #fitting(): number {
    let chars = 0
    const tooMany = this.#waiting.findIndex(({ run }) => {
      chars += this.#sending.callOf(run).work.argsJson.length
      return chars > MAX_CHARS
    })
    return tooMany === -1 ? this.size : Math.max(1, tooMany)
  }

  /** The outcomes of runs, in order. */
  async #outcomesOf(runs: readonly Run[]): Promise<Outcome[]> {
    const { callOf, sendCall, sendBatch } = this.#sending
    const [first] = runs as readonly [Run, ...Run[]]
    if (runs.length === 1) return [await decodeOutcomeInSlices(await sendCall(first))]
    const items = runs.map((run) => {
      const json = callOf(run).work.argsJson
      return { kind: 'item', json, bytes: Buffer.byteLength(json) } as const
    })
    const contextBytes = Buffer.byteLength(callOf(first).contextJson ?? '')
    return settleBatch(items, contextBytes, (jsons) => sendBatch(runs as readonly [Run, ...Run[]], jsons))
  }

  async #settled(runs: readonly Run[]): Promise<Outcome[]> {
    this.#batchesInFlight++
    this.#runsInFlight += runs.length
    const sentAt = performance.now()
    try {
      const outcomes = await this.#outcomesOf(runs)
      // By the clock of this process, so that no other can mislead it.
      this.#recordTimes(outcomes, performance.now() - sentAt)
      return outcomes
    } finally {
      this.#batchesInFlight--
      this.#runsInFlight -= runs.length
      this.#timing.onSettled?.()
    }
  }

  #recordTimes(outcomes: readonly Outcome[], tookMs: number): void {
    for (const outcome of outcomes) this.quick.record(outcome)
    const wallMs = outcomes.reduce((sum, { usage }) => sum + usage.wallMs, 0)
    this.#meanWaitMs += (tookMs - wallMs - this.#meanWaitMs) * SHARE_OF_LATEST
  }
}
