import type { Random } from '@isolated-runtime/testing'

/** Draws ranks from 0, of which the first comes up `rank + 1` times as often as the one at `rank`: a few large, a long tail. */
export class Zipf {
  readonly #random: Random
  readonly #upTo: readonly number[]

  constructor(ranks: number, random: Random) {
    this.#random = random
    let sum = 0
    this.#upTo = Array.from({ length: ranks }, (_, rank) => (sum += 1 / (rank + 1)))
  }

  draw(): number {
    const at = this.#random.next() * (this.#upTo.at(-1) ?? 0)
    let [low, high] = [0, this.#upTo.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#upTo[middle] ?? 0) > at) high = middle
      else low = middle + 1
    }
    return low
  }
}
