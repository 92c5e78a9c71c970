/** What gives memory back: the threads of a place. */
export interface Trimmable {
  /** Whether there is a run. */
  readonly isBusy: boolean
  trim(): Promise<void>
}

/**
 * Has places give memory back that had no runs for a while, once, until they have runs again: their threads end but for one,
 * and what is left collects its garbage.
 */
export class IdleTrim<P extends Trimmable> {
  readonly #afterMs: number
  readonly #onIdle: () => void
  /** When those had their last run that have not given anything back since, in milliseconds. */
  readonly #usedAt = new Map<P, number>()
  #timer: NodeJS.Timeout | undefined

  /** @param onIdle called before the last place gives memory back, while there is no run in any */
  constructor(afterMs: number, onIdle: () => void) {
    this.#afterMs = afterMs
    this.#onIdle = onIdle
  }

  /** The place is new, or has or had a run. Cheap: where runs follow each other, there is one timer for many. */
  used(place: P): void {
    this.#usedAt.set(place, performance.now())
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#look(), this.#afterMs)
  }

  /** The place is over. */
  forget(place: P): void {
    this.#usedAt.delete(place)
  }

  #look(): void {
    const now = performance.now()
    const idle: P[] = []
    let nextAt = Infinity
    for (const [place, usedAt] of this.#usedAt) {
      const dueAt = (place.isBusy ? now : usedAt) + this.#afterMs
      if (dueAt <= now) idle.push(place)
      else nextAt = Math.min(nextAt, dueAt)
    }
    for (const place of idle) this.#usedAt.delete(place)
    if (idle.length > 0 && this.#usedAt.size === 0) this.#onIdle()
    for (const place of idle) void place.trim()
    this.#timer = nextAt === Infinity ? undefined : setTimeout(() => this.#look(), Math.ceil(nextAt - now))
  }
}
