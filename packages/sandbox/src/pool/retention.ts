/** What keeping a place is weighed by. */
export interface Retainable {
  /** Who it belongs to; `undefined` for a spare. */
  owner: string | undefined
  /** The memory that is free again when it ends, in MB. */
  readonly heldMb: number
  /** What a new start costs the next run of its owner, in starts of an ordinary cell. */
  readonly price: number
}

interface Usage {
  /** Seconds with a run in them; older ones count less. */
  count: number
  /** When `count` was last brought up to date, in milliseconds. */
  countedAt: number
  usedAt: number
}

/** After this time a second with runs counts half. */
const HALF_LIFE_MS = 300_000
/** Runs of one second count once: a batch a day is not a busy tenant. */
const SECOND_MS = 1_000
/** A silence this many times as long as the usual pause says that the rate has changed. */
const LONG_PAUSES = 3
/** Owners whose place ended are remembered, so that one who comes again and again is known to. Some 100 bytes each. */
const MAX_REMEMBERED = 16_384
const LEAST_MB = 1

/**
 * Says which place to give up first: the one whose return costs least for the memory that it frees. That is the rate at
 * which its owner comes, times the price of a start, divided by the memory (as GreedyDual-Size-Frequency has it). The rate
 * is counted over some minutes and bounded by the silence since, so that neither a sweep of many rare tenants nor a batch
 * of one moves out those who come all the time, and yesterday's busy tenants do not stay for ever.
 */
export class Retention<P extends Retainable> {
  readonly #usages = new Map<P, Usage>()
  /** Of owners whose place has ended, the longest ended first. */
  readonly #remembered = new Map<string, Usage>()

  /** Notes that a place was given a run. */
  used(place: P, now: number): void {
    const usage = this.#usages.get(place) ?? this.#begin(place, now)
    usage.usedAt = now
    if (now - usage.countedAt < SECOND_MS) return
    usage.count = decayed(usage, now) + 1
    usage.countedAt = now
  }

  /** Forgets a place that has ended; its owner is remembered. */
  ended(place: P): void {
    const usage = this.#usages.get(place)
    if (usage === undefined || place.owner === undefined) return
    this.#usages.delete(place)
    this.#remembered.delete(place.owner)
    this.#remembered.set(place.owner, usage)
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= MAX_REMEMBERED) break
      this.#remembered.delete(oldest)
    }
  }

  /** The one of these places that is worth least. */
  least(places: Iterable<P>, now: number): P | undefined {
    let least: P | undefined
    let leastWorth = Infinity
    for (const place of places) {
      const worth = this.#worth(place, now)
      if (worth >= leastWorth) continue
      least = place
      leastWorth = worth
    }
    return least
  }

  #worth(place: P, now: number): number {
    const usage = this.#usages.get(place)
    if (usage === undefined) return 0
    const counted = (decayed(usage, now) * Math.LN2) / HALF_LIFE_MS
    const rate = Math.min(counted, LONG_PAUSES / Math.max(1, now - usage.usedAt))
    return (rate * place.price) / Math.max(LEAST_MB, place.heldMb)
  }

  #begin(place: P, now: number): Usage {
    const { owner } = place
    const remembered = owner === undefined ? undefined : this.#remembered.get(owner)
    if (owner !== undefined) this.#remembered.delete(owner)
    const usage = remembered ?? { count: 0, countedAt: now - SECOND_MS, usedAt: now }
    this.#usages.set(place, usage)
    return usage
  }
}

function decayed({ count, countedAt }: Usage, now: number): number {
  return count * 2 ** ((countedAt - now) / HALF_LIFE_MS)
}
