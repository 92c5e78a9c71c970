/** A run that is going on here. */
export interface ActiveRun extends Disposable {
  /** Aborted when the run is to be given up here. */
  readonly signal: AbortSignal
  /** Settles when that happens. */
  readonly givenUp: Promise<void>
}

/** The runs that are going on here. Several may have one id: a run that was lost here may be taken here again. */
export class ActiveRuns {
  readonly #runs = new Set<{ readonly id: string; readonly controller: AbortController }>()

  get size(): number {
    return this.#runs.size
  }

  /** Enters a run; disposing of the result takes it out. */
  enter(id: string): ActiveRun {
    const controller = new AbortController()
    const run = { id, controller }
    this.#runs.add(run)
    const { promise, resolve } = Promise.withResolvers<void>()
    controller.signal.addEventListener('abort', () => resolve(), { once: true })
    return {
      signal: controller.signal,
      givenUp: promise,
      [Symbol.dispose]: () => void this.#runs.delete(run),
    }
  }

  /** Gives up the runs whose id `isMeant`, or all. */
  giveUp(reason: Error, isMeant: (id: string) => boolean = () => true): void {
    for (const { id, controller } of this.#runs) if (isMeant(id)) controller.abort(reason)
  }
}
