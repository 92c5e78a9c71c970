import { settleChunk } from '../map/settle-chunk.ts'
import { decodeOutcomeInSlices, type EncodedOutcome, type Outcome } from '../outcome.ts'
import type { RunCall } from '../run-request.ts'
import { QuickRuns } from './quick-runs.ts'

/** So many characters of arguments travel together: about as many as are packed on the spot. */
const MAX_CHARS = 192 * 1024
/** How much the latest of those sent counts. */
const SHARE_OF_LATEST = 0.2

/** How runs are sent on their way, alone and together. */
export interface RunSending<Run> {
  readonly callOf: (run: Run) => Pick<RunCall, 'argsJson' | 'contextJson'>
  readonly alone: (run: Run) => Promise<EncodedOutcome>
  /** Sends a chunk with a realm of its own for each item; the items are the arguments of the runs. */
  readonly together: (runs: readonly [Run, ...Run[]], items: readonly string[]) => Promise<EncodedOutcome>
  readonly departuresOf: (waiting: WaitingRuns) => Departures
}

/** Runs of one function that wait to be sent. */
export interface WaitingRuns {
  /** How many there are. */
  readonly size: number
  /** How long runs of the function take. */
  readonly quick: QuickRuns
  /** How many departures there were whose runs are not over. */
  readonly underWay: number
  /** How long runs were lately on their way, besides the time that they took, in milliseconds. */
  readonly meanWaitMs: number
  /** How many runs were sent and are not over. */
  readonly runsUnderWay: number
  /** Sends the first `count` of them together, unless their arguments are too large for that. */
  readonly send: (count: number) => void
}

/** Decides when runs that wait are sent. */
export interface Departures {
  /** So many are sent at once, each by itself, before others wait. */
  readonly aloneAtOnce: number
  /** One more waits. */
  readonly onWaiting?: () => void
  /** What was sent is over. */
  readonly onOver?: () => void
}

interface Waiting<Run> {
  readonly run: Run
  readonly resolve: (outcome: Outcome | Promise<Outcome>) => void
}

/** Runs that differ in nothing but their arguments. */
export class RunGroup<Run> implements WaitingRuns {
  readonly quick: QuickRuns = new QuickRuns()
  readonly #sending: RunSending<Run>
  readonly #departures: Departures
  readonly #waiting: Waiting<Run>[] = []
  #underWay = 0
  #meanWaitMs = 0
  #runsUnderWay = 0

  constructor(sending: RunSending<Run>) {
    this.#sending = sending
    this.#departures = sending.departuresOf(this)
  }

  get size(): number {
    return this.#waiting.length
  }

  get underWay(): number {
    return this.#underWay
  }

  get runsUnderWay(): number {
    return this.#runsUnderWay
  }

  get meanWaitMs(): number {
    return this.#meanWaitMs
  }

  /** @throws what sending throws */
  async outcome(run: Run): Promise<Outcome> {
    if (this.#underWay < this.#departures.aloneAtOnce || !this.quick.areQuick)
      return this.#during([run]).then(([outcome]) => outcome as Outcome)
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    this.#waiting.push({ run, resolve })
    this.#departures.onWaiting?.()
    return promise
  }

  send(count: number): void {
    let left = count
    while (left > 0 && this.size > 0) {
      const sent = this.#waiting.splice(0, Math.min(left, this.#fitting()))
      left -= sent.length
      const outcomes = this.#during(sent.map(({ run }) => run))
      for (const [index, { resolve }] of sent.entries())
        resolve(outcomes.then((all) => all[index] as Outcome))
    }
  }

  /** How many of those that wait are not too large together. */
  #fitting(): number {
    let chars = 0
    const tooMany = this.#waiting.findIndex(({ run }) => {
      chars += this.#sending.callOf(run).argsJson.length
      return chars > MAX_CHARS
    })
    return tooMany === -1 ? this.size : Math.max(1, tooMany)
  }

  async #alone(run: Run): Promise<Outcome> {
    return decodeOutcomeInSlices(await this.#sending.alone(run))
  }

  /** Their outcomes, in order. */
  async #together(group: readonly Run[]): Promise<Outcome[]> {
    const runs = group as readonly [Run, ...Run[]]
    if (runs.length === 1) return [await this.#alone(runs[0])]
    const { callOf, together } = this.#sending
    const items = runs.map((run) => {
      const json = callOf(run).argsJson
      return { kind: 'item', json, bytes: Buffer.byteLength(json) } as const
    })
    const contextBytes = Buffer.byteLength(callOf(runs[0]).contextJson ?? '')
    return settleChunk(items, contextBytes, (argsJsons) => together(runs, argsJsons))
  }

  async #during(runs: readonly Run[]): Promise<Outcome[]> {
    this.#underWay++
    this.#runsUnderWay += runs.length
    const sentAt = performance.now()
    try {
      const outcomes = await this.#together(runs)
      // By the clock of this process, so that no other can mislead it.
      this.#heed(outcomes, performance.now() - sentAt)
      return outcomes
    } finally {
      this.#underWay--
      this.#runsUnderWay -= runs.length
      this.#departures.onOver?.()
    }
  }

  #heed(outcomes: readonly Outcome[], tookMs: number): void {
    for (const outcome of outcomes) this.quick.heed(outcome)
    const wallMs = outcomes.reduce((sum, { usage }) => sum + usage.wallMs, 0)
    this.#meanWaitMs += (tookMs - wallMs - this.#meanWaitMs) * SHARE_OF_LATEST
  }
}
