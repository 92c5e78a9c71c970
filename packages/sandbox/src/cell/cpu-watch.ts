import type { Threads } from './threads.ts'

/** The least time between two looks at the clock of a thread. */
const STEP_MS = 5
/** After a question that a thread has not answered. */
const ASK_AGAIN_MS = 250

interface Watched {
  readonly limitMs: number
  /** As far as is known; no thread uses more CPU time than time goes by, so nothing need be asked before `dueAt`. */
  dueAt: number
}

/**
 * Watches the CPU time of runs from outside their threads. One timer serves them all: it goes off when the first of
 * them could be over its limit, so a run that ends early, or awaits, costs next to nothing.
 */
export class CpuWatch {
  readonly #threads: Pick<Threads, 'cpuMsOf'>
  readonly #onOver: (seq: number, usedMs: number) => void
  readonly #watched = new Map<number, Watched>()
  #timer: NodeJS.Timeout | undefined
  #timerDueAt = Infinity

  constructor(threads: Pick<Threads, 'cpuMsOf'>, onOver: (seq: number, usedMs: number) => void) {
    this.#threads = threads
    this.#onOver = onOver
  }

  add(seq: number, limitMs: number): void {
    this.#watched.set(seq, { limitMs, dueAt: performance.now() + limitMs })
    this.#arm()
  }

  remove(seq: number): void {
    this.#watched.delete(seq)
    if (this.#watched.size > 0) return
    clearTimeout(this.#timer)
    this.#timerDueAt = Infinity
  }

  #arm(): void {
    let dueAt = Infinity
    for (const watched of this.#watched.values()) dueAt = Math.min(dueAt, watched.dueAt)
    if (dueAt >= this.#timerDueAt) return
    clearTimeout(this.#timer)
    this.#timerDueAt = dueAt
    this.#timer = setTimeout(() => this.#look(), Math.max(STEP_MS, dueAt - performance.now()))
  }

  #look(): void {
    this.#timerDueAt = Infinity
    const now = performance.now()
    for (const [seq, watched] of this.#watched) {
      if (watched.dueAt > now) continue
      // A thread that is deep in one of the engine's own functions does not answer, and is asked again.
      watched.dueAt = now + ASK_AGAIN_MS
      void this.#ask(seq, watched)
    }
    this.#arm()
  }

  async #ask(seq: number, watched: Watched): Promise<void> {
    const usedMs = await this.#threads.cpuMsOf(seq)
    if (this.#watched.get(seq) !== watched) return
    if (usedMs !== undefined && usedMs > watched.limitMs) {
      this.#onOver(seq, usedMs)
      return
    }
    watched.dueAt = performance.now() + Math.max(STEP_MS, watched.limitMs - (usedMs ?? 0))
    this.#arm()
  }
}
