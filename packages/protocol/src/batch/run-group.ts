import { settleChunk } from '../map/settle-chunk.ts'
import { decodeOutcome, type EncodedOutcome, type Outcome } from '../outcome.ts'
import type { RunCall } from '../run-request.ts'
import { QuickRuns } from './quick-runs.ts'

/** How runs are sent on their way, alone and together. */
export interface RunSending<Run> {
  readonly callOf: (run: Run) => Pick<RunCall, 'argsJson'> & Partial<Pick<RunCall, 'contextJson'>>
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
  /** How many were sent and are not over; those that travel together count as one. */
  readonly underWay: number
  /** Sends the first `count` of them together. */
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
  readonly #onRest: () => void
  readonly #departures: Departures
  readonly #waiting: Waiting<Run>[] = []
  #underWay = 0

  /** @param onRest called when no run is under way and none waits */
  constructor(sending: RunSending<Run>, onRest: () => void) {
    this.#sending = sending
    this.#onRest = onRest
    this.#departures = sending.departuresOf(this)
  }

  get size(): number {
    return this.#waiting.length
  }

  get underWay(): number {
    return this.#underWay
  }

  /** @throws what sending throws */
  async outcome(run: Run): Promise<Outcome> {
    if (this.#underWay < this.#departures.aloneAtOnce || !this.quick.areQuick)
      return this.#during(async () => this.#heeded(await this.#alone(run)))
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    this.#waiting.push({ run, resolve })
    this.#departures.onWaiting?.()
    return promise
  }

  send(count: number): void {
    const sent = this.#waiting.splice(0, count)
    const outcomes = this.#during(() => this.#together(sent.map(({ run }) => run)))
    for (const [index, { resolve }] of sent.entries())
      resolve(outcomes.then((all) => this.#heeded(all[index] as Outcome)))
  }

  async #alone(run: Run): Promise<Outcome> {
    return decodeOutcome(await this.#sending.alone(run))
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

  async #during<T>(act: () => Promise<T>): Promise<T> {
    this.#underWay++
    try {
      return await act()
    } finally {
      this.#underWay--
      this.#departures.onOver?.()
      if (this.#underWay === 0 && this.#waiting.length === 0) this.#onRest()
    }
  }

  #heeded(outcome: Outcome): Outcome {
    this.quick.heed(outcome)
    return outcome
  }
}
