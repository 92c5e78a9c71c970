import type { Places, PlaceView } from './places.ts'
import { Retention, type Retainable } from './retention.ts'

/** A place as it is weighed against others. */
export interface Resident extends PlaceView, Retainable {
  /** Brings `heldMb` up to date. */
  measure(): void
  /** Ends it. */
  retire(): void
}

const LOOK_MS = 1_000
/** A look costs some 15 µs for each. */
const MEASURED_EACH_LOOK = 32

/**
 * Bounds the memory of idle places that belong to somebody: when it is too much, those worth least end. Those that have
 * runs do not count: there are no more of them than slots, and what they use is set aside for them.
 */
export class Residents<P extends Resident> {
  readonly #places: Places<P>
  readonly #budgetMb: () => number
  readonly #retention = new Retention<P>()
  #measuring: IterableIterator<P> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(places: Places<P>, budgetMb: () => number) {
    this.#places = places
    this.#budgetMb = budgetMb
  }

  /** Which of these places to give up first. */
  readonly least = (idle: Iterable<P>, now: number): P | undefined => this.#retention.least(idle, now)

  /** Notes that a place is given a run. @param isNew whether it has just got its owner */
  used(place: P, now: number, isNew: boolean): void {
    this.#retention.used(place, now)
    if (!isNew) return
    this.trim(now, place)
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref()
  }

  ended(place: P): void {
    this.#retention.ended(place)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /**
   * Ends places until the idle ones hold no more than they may; first others of the owner that has just got one. That one is about
   * to have a run, and does not count.
   */
  trim(now: number, got?: P): void {
    const others = (): IteratorObject<P> => this.#places.idle().filter((place) => place !== got)
    let held = 0
    for (const { heldMb } of others()) held += heldMb
    for (const budget = this.#budgetMb(); held > budget;) {
      const least = this.#leastOfOwner(got, now) ?? this.#retention.least(others(), now)
      if (least === undefined) return
      held -= least.heldMb
      least.retire()
    }
  }

  #leastOfOwner(got: P | undefined, now: number): P | undefined {
    if (got?.owner === undefined) return undefined
    const others = this.#places.idleOf(got.owner).filter((place) => place !== got)
    return this.#retention.least(others, now)
  }

  #look(): void {
    if (this.#places.owned.size === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
      return
    }
    this.#measuring ??= this.#places.owned.values()
    for (let measured = 0; measured < MEASURED_EACH_LOOK; measured++) {
      const { done, value } = this.#measuring.next()
      if (done === true) {
        this.#measuring = undefined
        break
      }
      // What a run holds goes when it ends.
      if (value.inFlight === 0) value.measure()
    }
    this.trim(performance.now())
  }
}
