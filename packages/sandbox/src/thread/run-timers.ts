import { clearImmediate, clearTimeout, setImmediate, setTimeout } from 'node:timers'

/** How many timers of a run may be pending at once. */
export const MAX_TIMERS = 10_000

/** The timers of one run: numbers and delays. What is to be done when one is due, only the realm knows. */
export class RunTimers {
  readonly #fire: (id: number) => void
  readonly #stops = new Map<number, () => void>()
  #closed = false

  constructor(fire: (id: number) => void) {
    this.#fire = fire
  }

  /**
   * Starts a timer, anew if it runs. A negative delay is an immediate.
   *
   * @returns whether there was room; once the run has settled there is, but nothing comes of it
   */
  start(id: number, delayMs: number): boolean {
    if (this.#closed) return true
    this.stop(id)
    if (this.#stops.size >= MAX_TIMERS) return false
    const realmFire = this.#fire
    const fire = (): void => {
      this.#stops.delete(id)
      // Not as a method: nothing of this realm goes along, not even as `this`.
      realmFire(id)
    }
    if (delayMs < 0) {
      const immediate = setImmediate(fire)
      this.#stops.set(id, () => clearImmediate(immediate))
    } else {
      const timeout = setTimeout(fire, delayMs)
      this.#stops.set(id, () => clearTimeout(timeout))
    }
    return true
  }

  stop(id: number): void {
    this.#stops.get(id)?.()
    this.#stops.delete(id)
  }

  /** Stops all of them, and any that is started from now on. */
  close(): void {
    this.#closed = true
    for (const stop of this.#stops.values()) stop()
    this.#stops.clear()
  }
}
