import { collectGarbage } from '../engine/collect-garbage.ts'
import type { ThreadAnswer, ThreadTask } from '../thread/messages.ts'
import type { ThreadStatus } from '../thread/status-board.ts'
import type { CellSettings } from './cell-settings.ts'
import { IdleTrim } from './idle-trim.ts'
import { Threads, THREAD_FLAGS } from './threads.ts'
import { threadData } from './thread-data.ts'
import { gateWorkers } from './worker-gate.ts'

export interface PlaceEvents {
  /** Another thread than the first of all takes runs, and has used so much CPU time for its start. */
  onUp(place: number, cpuMs: number): void
  /** A thread does not stop, or cannot be replaced. */
  onStuck(): void
  /** A thread says something of a run that goes on; not to be trusted. */
  onLive(seq: number, said: unknown): void
}

/** The place that a cell starts with. */
const FIRST = 0

/**
 * The threads of a cell, by place. A cell of one tenant has one place. In a cell of a cordon each place is of one tenant,
 * and its threads end with it: a run never comes to a thread of another place.
 */
export class Places {
  readonly #settings: CellSettings
  readonly #events: PlaceEvents
  readonly #data: ReturnType<typeof threadData>
  readonly #places = new Map<number, Threads>()
  /** Where each run is that goes on. */
  readonly #bySeq = new Map<number, Threads>()
  readonly #first: Threads
  readonly #idle: IdleTrim<Threads>
  #goneAccountedMs = 0

  constructor(settings: CellSettings, events: PlaceEvents) {
    this.#settings = settings
    this.#events = events
    const { threadFile, libraryFolder, maxRunsPerRealm, allow, trimAfterMs } = settings
    this.#idle = new IdleTrim(trimAfterMs, collectOwnGarbage)
    gateWorkers(THREAD_FLAGS, threadFile)
    this.#data = threadData(libraryFolder, { maxRunsPerRealm, allow })
    this.#first = this.#start(FIRST)
  }

  /** Resolves when a thread has loaded its code; rejects if it cannot. */
  ready(): Promise<void> {
    return this.#first.ready()
  }

  open(place: number): void {
    // Whatever keeps it from starting would keep the next one too.
    this.#start(place)
      .ready()
      .catch(() => this.#events.onStuck())
  }

  close(place: number): void {
    const threads = this.#places.get(place)
    if (threads === undefined) return
    threads.close()
    this.#idle.forget(threads)
    this.#places.delete(place)
  }

  /** CPU time of the threads that are gone, as far as it is accounted for. */
  get goneAccountedMs(): number {
    return this.#goneAccountedMs
  }

  /** Resolves with the answer of a thread of that place; rejects if it was stopped or died, or the place is over. */
  async run(place: number, task: ThreadTask): Promise<ThreadAnswer> {
    const threads = this.#places.get(place)
    if (threads === undefined) throw new Error('The threads of the run have ended')
    this.#bySeq.set(task.seq, threads)
    try {
      return await threads.run(task)
    } finally {
      this.#bySeq.delete(task.seq)
      if (this.#places.has(place)) this.#idle.used(threads)
    }
  }

  statusOf(seq: number): ThreadStatus | undefined {
    return this.#bySeq.get(seq)?.statusOf(seq)
  }

  reportOf(seq: number): string | undefined {
    return this.#bySeq.get(seq)?.reportOf(seq)
  }

  reportsOf(seq: number): string {
    return this.#bySeq.get(seq)?.reportsOf(seq) ?? ''
  }

  logsOf(seq: number, from?: number): ReturnType<Threads['logsOf']> {
    return this.#bySeq.get(seq)?.logsOf(seq, from)
  }

  async cpuMsOf(seq: number): Promise<number | undefined> {
    return this.#bySeq.get(seq)?.cpuMsOf(seq)
  }

  async outsideMbOf(seq: number): Promise<number | undefined> {
    return this.#bySeq.get(seq)?.outsideMbOf(seq)
  }

  idleMsOf(seq: number): number {
    return this.#bySeq.get(seq)?.idleMsOf(seq) ?? 0
  }

  stop(seq: number, onLate: () => void, graceMs?: number): void {
    this.#bySeq.get(seq)?.stop(seq, onLate, graceMs)
  }

  #start(place: number): Threads {
    const threads = new Threads(this.#settings, this.#data, {
      onStuck: () => this.#events.onStuck(),
      onUp: (cpuMs, isFirst) => {
        if (place !== FIRST || !isFirst) this.#events.onUp(place, cpuMs)
      },
      onLive: (seq, said) => this.#events.onLive(seq, said),
      onGone: (accountedMs) => (this.#goneAccountedMs += accountedMs),
    })
    this.#places.set(place, threads)
    this.#idle.used(threads)
    return threads
  }
}

/** Of the main thread. Its module of Node.js is not loaded before: it would be a part of the start of each cell. */
function collectOwnGarbage(): void {
  collectGarbage(process.getBuiltinModule('node:v8').queryObjects)
}
