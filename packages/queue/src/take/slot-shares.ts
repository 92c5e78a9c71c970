interface Share {
  active: number
  limit: number
  /** Until when it counts as having more runs than it may take. */
  hungryUntil: number
}

/** A shard that may take more needs a moment to do so; if it does not, it has no more. */
const HUNGRY_MS = 250

/**
 * Divides the slots of an executor among the shards it takes runs from: all for the one that has runs, equal parts for
 * those that have more than their part. Each may take one at any time, for BullMQ has no limit of none.
 */
export class SlotShares implements Disposable {
  readonly #slots: number
  readonly #shares: readonly Share[]
  readonly #onLimit: (shard: number, limit: number) => void
  #timer: NodeJS.Timeout | undefined

  /** @param onLimit hears how many runs a shard may have here from now on */
  constructor(slots: number, shards: number, onLimit: (shard: number, limit: number) => void) {
    this.#slots = slots
    this.#shares = Array.from({ length: shards }, () => ({ active: 0, limit: slots, hungryUntil: 0 }))
    this.#onLimit = onLimit
  }

  /** Counts a run of a shard until the result is disposed of. */
  enter(shard: number): Disposable {
    this.#count(shard, 1)
    return { [Symbol.dispose]: () => this.#count(shard, -1) }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }

  #count(shard: number, runs: number): void {
    const share = this.#shares[shard]
    if (share === undefined) return
    // One that is at its limit when a run ends may have more as well.
    if (share.active >= share.limit) share.hungryUntil = performance.now() + HUNGRY_MS
    share.active += runs
    if (this.#shares.length > 1) this.#divide()
  }

  #divide(): void {
    const now = performance.now()
    for (const share of this.#shares) if (share.active >= share.limit) share.hungryUntil = now + HUNGRY_MS
    const hungry = this.#shares.filter(({ hungryUntil }) => hungryUntil > now)
    const total = sumOf(this.#shares)
    const part = Math.ceil((this.#slots - total + sumOf(hungry)) / Math.max(1, hungry.length))
    for (const [shard, share] of this.#shares.entries()) {
      const most = hungry.includes(share) ? part : this.#slots
      const limit = Math.max(1, Math.min(most, this.#slots - total + share.active))
      if (limit === share.limit) continue
      share.limit = limit
      this.#onLimit(shard, limit)
    }
    if (hungry.some(({ active, limit }) => active < limit)) this.#divideAgain()
  }

  /** What is kept for a shard goes to the others when it has not taken it. */
  #divideAgain(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#divide()
    }, HUNGRY_MS).unref()
  }
}

function sumOf(shares: readonly Share[]): number {
  return shares.reduce((sum, { active }) => sum + active, 0)
}
