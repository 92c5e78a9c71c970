import { clearImmediate, clearTimeout, setImmediate, setTimeout } from 'node:timers'

/** How many timers of a run may be pending at once. */
export const MAX_TIMERS = 10_000

const resolved = Promise.resolve()

/** A timer as the guest asked for it. */
interface Wanted {
  readonly delayMs: number
}

/**
 * The timers of one run: numbers and delays. What is to be done when one is due, only the realm knows.
 *
 * Guest code calls `start()` and `stop()` at any depth of the stack. Node.js keeps all timers of a thread in lists, and
 * leaves them broken if the stack ends while it changes them: later timers of the same delay would never fire, also those of
 * later runs. So these calls only note what is wanted, and a microtask, which has the whole stack, tells Node.js.
 */
export class RunTimers {
  readonly #fire: (id: number) => void
  readonly #wanted = new Map<number, Wanted>()
  readonly #changed = new Set<number>()
  readonly #running = new Map<number, () => void>()
  #isApplying = false
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
    if (this.#wanted.size >= MAX_TIMERS && !this.#wanted.has(id)) return false
    this.#applySoon()
    this.#changed.add(id)
    this.#wanted.set(id, { delayMs })
    return true
  }

  stop(id: number): void {
    this.#wanted.delete(id)
    if (!this.#running.has(id)) return
    this.#applySoon()
    this.#changed.add(id)
  }

  /** Stops all of them, and any that is started from now on. Not called by guest code. */
  close(): void {
    this.#closed = true
    for (const stop of this.#running.values()) stop()
    this.#running.clear()
    this.#wanted.clear()
    this.#changed.clear()
  }

  #applySoon(): void {
    if (this.#isApplying) return
    void resolved.then(() => this.#apply())
    // Last: without room on the stack for the line before, the next call tries again.
    this.#isApplying = true
  }

  #apply(): void {
    this.#isApplying = false
    for (const id of this.#changed) {
      this.#running.get(id)?.()
      this.#running.delete(id)
      const wanted = this.#wanted.get(id)
      if (wanted !== undefined) this.#running.set(id, this.#run(id, wanted))
    }
    this.#changed.clear()
  }

  /** Has Node.js run a timer, and gives what stops it. */
  #run(id: number, wanted: Wanted): () => void {
    const realmFire = this.#fire
    const fire = (): void => {
      // The guest may have stopped it, or started it anew, in this turn.
      if (this.#wanted.get(id) !== wanted) return
      this.#wanted.delete(id)
      this.#running.delete(id)
      // Not as a method: nothing of this realm goes along, not even as `this`.
      realmFire(id)
    }
    if (wanted.delayMs < 0) {
      const immediate = setImmediate(fire)
      return () => clearImmediate(immediate)
    }
    const timeout = setTimeout(fire, wanted.delayMs)
    return () => clearTimeout(timeout)
  }
}
