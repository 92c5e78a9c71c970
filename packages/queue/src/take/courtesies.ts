/** What is said to Redis when a run is over, and that nobody waits for while there is something better to do. */
export class Courtesies {
  readonly #underWay = new Set<Promise<void>>()
  readonly #onError: (error: unknown) => void

  /** @param onError hears of each that failed: none of them is needed, for what it says can be found out. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  add(saying: Promise<unknown>): void {
    const said = saying.then(() => undefined, this.#onError)
    this.#underWay.add(said)
    void said.finally(() => this.#underWay.delete(said))
  }

  /** Settles when everything so far is said, or could not be. */
  async flush(): Promise<void> {
    await Promise.all(this.#underWay)
  }
}
