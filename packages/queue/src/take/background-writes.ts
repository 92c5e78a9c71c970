/** Writes to Redis after a run is over, which are awaited only on shutdown: none of them is needed, for what it says can be found out. */
export class BackgroundWrites {
  readonly #underWay = new Set<Promise<void>>()
  readonly #onError: (error: unknown) => void

  /** @param onError is told of each that failed */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  add(write: Promise<unknown>): void {
    const done = write.then(() => undefined, this.#onError)
    this.#underWay.add(done)
    void done.finally(() => this.#underWay.delete(done))
  }

  /** Settles when all that were added so far are done, or have failed. */
  async flush(): Promise<void> {
    await Promise.all(this.#underWay)
  }
}
