/** A place that was given; `Symbol.dispose` gives it back. */
export type Place = Disposable

/**
 * A bounded number of places, given to parties in turn: a party that asks for many places waits behind its own requests, not
 * another party behind them.
 */
export class FairPlaces {
  readonly #maxPlaces: number
  readonly #maxPerParty: number
  /** Requests that wait, by party; the first party is next in turn. */
  readonly #waiting = new Map<string, ((place: Place) => void)[]>()
  readonly #taken = new Map<string, number>()
  #places = 0

  /**
   * @param maxPlaces taken at once, by all parties
   * @param maxPerParty taken at once by one party
   */
  constructor(maxPlaces: number, maxPerParty: number) {
    this.#maxPlaces = maxPlaces
    this.#maxPerParty = maxPerParty
  }

  /** Waits for a place. */
  take(party: string): Promise<Place> {
    return new Promise((resolve) => {
      const requests = this.#waiting.get(party) ?? []
      requests.push(resolve)
      this.#waiting.set(party, requests)
      this.#giveAll()
    })
  }

  #giveAll(): void {
    while (this.#places < this.#maxPlaces) {
      const party = this.#nextParty()
      if (party === undefined) return
      this.#give(party)
    }
  }

  #nextParty(): string | undefined {
    for (const party of this.#waiting.keys()) {
      if ((this.#taken.get(party) ?? 0) < this.#maxPerParty) return party
    }
    return undefined
  }

  #give(party: string): void {
    const requests = this.#waiting.get(party) ?? []
    const resolve = requests.shift()
    // A party goes to the end of the order with each place that it gets.
    this.#waiting.delete(party)
    if (requests.length > 0) this.#waiting.set(party, requests)
    this.#places++
    this.#taken.set(party, (this.#taken.get(party) ?? 0) + 1)
    let isBack = false
    const giveBack = (): void => {
      if (isBack) return
      isBack = true
      this.#places--
      const left = (this.#taken.get(party) ?? 1) - 1
      if (left > 0) this.#taken.set(party, left)
      else this.#taken.delete(party)
      this.#giveAll()
    }
    resolve?.({ [Symbol.dispose]: giveBack })
  }
}
