/** A run that is going on here. */
export interface ActiveRun extends Disposable {
  /** Aborted when the run is to be given up here, or cancelled. */
  readonly signal: AbortSignal
  /** Settles when nobody waits any more for what becomes of it here: at once when given up, soon when cancelled. */
  readonly ended: Promise<void>
  /** Why it was cancelled, if it was. */
  readonly cancelReason: string | undefined
  /** Whether it was ended because its time was over. */
  readonly isPastDeadline: boolean
  /** Ends it in this many milliseconds, unless the result is disposed of before. */
  endIn(inMs: number): Disposable
}

/** What the end of a cancelled run may take before it counts as over without a word. */
const CANCEL_GRACE_MS = 1_000

class Run implements ActiveRun {
  readonly id: string
  cancelReason: string | undefined
  isPastDeadline = false
  readonly #controller = new AbortController()
  readonly #ended = Promise.withResolvers<void>()
  readonly #leave: (run: Run) => void
  #timer: NodeJS.Timeout | undefined

  constructor(id: string, leave: (run: Run) => void) {
    this.id = id
    this.#leave = leave
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  giveUp(reason: Error): void {
    this.#controller.abort(reason)
    this.#ended.resolve()
  }

  cancel(reason: string): void {
    if (this.signal.aborted) return
    this.cancelReason = reason
    this.#controller.abort(reason)
    this.#timer = setTimeout(() => this.#ended.resolve(), CANCEL_GRACE_MS)
  }

  endIn(inMs: number): Disposable {
    if (inMs === Infinity) return { [Symbol.dispose]: () => undefined }
    const timer = setTimeout(() => {
      this.isPastDeadline = !this.signal.aborted
      this.cancel('its deadline has passed')
    }, inMs)
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#leave(this)
  }
}

/** The runs that are going on here. Several may have one id: a run that was lost here may be taken here again. */
export class ActiveRuns {
  readonly #runs = new Set<Run>()

  get size(): number {
    return this.#runs.size
  }

  get ids(): string[] {
    return Array.from(this.#runs, ({ id }) => id)
  }

  /** Enters a run; disposing of the result takes it out. */
  enter(id: string): ActiveRun {
    const run = new Run(id, () => this.#runs.delete(run))
    this.#runs.add(run)
    return run
  }

  /** Gives up the runs whose id `isMeant`, or all. */
  giveUp(reason: Error, isMeant: (id: string) => boolean = () => true): void {
    for (const run of this.#runs) if (isMeant(run.id)) run.giveUp(reason)
  }

  /** Cancels a run for a reason in words; `false` if there is none by that id. */
  cancel(id: string, reason: string): boolean {
    const meant = Array.from(this.#runs).filter((run) => run.id === id)
    for (const run of meant) run.cancel(reason)
    return meant.length > 0
  }
}
