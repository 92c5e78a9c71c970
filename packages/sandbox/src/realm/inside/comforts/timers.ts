import type { ComfortKit } from './kit.ts'

/**
 * Makes the timers. The host knows a timer by its number and its delay alone; callbacks and their arguments stay here.
 * Like Node's, timers are objects that turn into numbers.
 */
export function createTimers(kit: ComfortKit) {
  const { apply, TypeError, Promise, then } = kit.pristine
  const LONGEST_MS = 2 ** 31 - 1
  /** For the host: as soon as the events of this turn are over. */
  const IMMEDIATE = -1
  const pending: Record<number, Timer> = { __proto__: null } as never
  const resolved = Promise.resolve()
  let lastId = 0

  class Timer {
    readonly id = ++lastId
    readonly #delayMs: number
    readonly #callback: (...values: unknown[]) => unknown
    readonly #values: readonly unknown[]
    readonly #repeats: boolean
    readonly #shown: object
    #cleared = false

    constructor(
      shown: object,
      callback: unknown,
      values: readonly unknown[],
      delayMs: number,
      repeats: boolean,
    ) {
      if (typeof callback !== 'function') throw invalid(callback)
      this.#shown = shown
      this.#callback = callback as (...values: unknown[]) => unknown
      this.#values = values
      this.#delayMs = delayMs
      this.#repeats = repeats
    }

    /** Starts the delay, anew if it has begun. */
    start(): void {
      if (this.#cleared) return
      if (!kit.callHost('startTimer', this.id, this.#delayMs))
        throw new RangeError('Too many timers are pending, clear some before starting more')
      pending[this.id] = this
    }

    clear(): void {
      this.#cleared = true
      if (pending[this.id] === undefined) return
      delete pending[this.id]
      try {
        kit.callHost('stopTimer', this.id)
      } catch {
        // Too deep in the stack for a call: the timer is forgotten here, so nothing comes of it.
      }
    }

    fire(): void {
      delete pending[this.id]
      apply(this.#callback, this.#shown, this.#values)
      if (this.#repeats) this.start()
    }
  }

  class Immediate {
    readonly #timer: Timer
    #hasRef = true

    constructor(callback: unknown, values: readonly unknown[], delayMs = IMMEDIATE, repeats = false) {
      this.#timer = new Timer(this, callback, values, delayMs, repeats)
      this.#timer.start()
    }

    /** Nothing waits for timers here, so this and `unref` change nothing but what `hasRef` says. */
    ref(): this {
      this.#hasRef = true
      return this
    }

    unref(): this {
      this.#hasRef = false
      return this
    }

    hasRef(): boolean {
      return this.#hasRef
    }

    [Symbol.toPrimitive](): number {
      return this.#timer.id
    }

    [Symbol.dispose](): void {
      this.#timer.clear()
    }

    static timerOf(shown: object): Timer | undefined {
      return #timer in shown ? shown.#timer : undefined
    }
  }
  const { timerOf } = Immediate
  Reflect.deleteProperty(Immediate, 'timerOf')

  class Timeout extends Immediate {
    refresh(): this {
      timerOf(this)?.start()
      return this
    }

    close(): this {
      timerOf(this)?.clear()
      return this
    }
  }

  function invalid(callback: unknown): TypeError {
    const error = new TypeError(`The "callback" argument must be of type function, got ${typeof callback}`)
    return Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' })
  }

  function clear(timer: unknown): void {
    if (typeof timer === 'object' && timer !== null) timerOf(timer)?.clear()
    else if (typeof timer === 'number' || typeof timer === 'string') pending[+timer]?.clear()
  }

  /** As in Node, what is no delay is the shortest one. */
  function delayOf(delay: unknown): number {
    const delayMs = Number(delay)
    return delayMs >= 1 && delayMs <= LONGEST_MS ? Math.trunc(delayMs) : 1
  }

  return {
    setTimeout: function setTimeout(callback: unknown, delay?: unknown, ...values: unknown[]): object {
      return new Timeout(callback, values, delayOf(delay))
    },
    setInterval: function setInterval(callback: unknown, delay?: unknown, ...values: unknown[]): object {
      return new Timeout(callback, values, delayOf(delay), true)
    },
    setImmediate: function setImmediate(callback: unknown, ...values: unknown[]): object {
      return new Immediate(callback, values)
    },
    clearTimeout: function clearTimeout(timer?: unknown): void {
      clear(timer)
    },
    clearInterval: function clearInterval(timer?: unknown): void {
      clear(timer)
    },
    clearImmediate: function clearImmediate(timer?: unknown): void {
      clear(timer)
    },
    queueMicrotask: function queueMicrotask(callback: unknown): void {
      if (typeof callback !== 'function') throw invalid(callback)
      void apply(then, resolved, [
        () => {
          try {
            callback()
          } catch (thrown) {
            kit.uncaught(thrown)
          }
        },
      ])
    },
    /** The host says that a timer is due. */
    fire(id: number): void {
      pending[id]?.fire()
    },
  }
}
