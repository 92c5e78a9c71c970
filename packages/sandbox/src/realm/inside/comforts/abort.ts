import type { ComfortKit } from './kit.ts'

/** https://dom.spec.whatwg.org/#aborting-ongoing-activities */
export function createAbort(kit: ComfortKit): Record<'AbortController' | 'AbortSignal', new () => object> {
  const { Event } = kit.use('events')
  const { EventTarget } = kit.use('eventTargets')
  /** Signals come from controllers and from the static functions only. */
  const key = {}

  function exception(message: string, name: string): Error {
    return new (kit.use('exceptions').DOMException)(message, name)
  }

  /** How a controller aborts its signal: out of reach of guest code. */
  let abort: (signal: AbortSignal, reason: unknown) => void

  class AbortSignal extends EventTarget {
    #aborted = false
    #reason: unknown
    #dependents: AbortSignal[] = []
    /** `undefined` until it is first set. */
    #onabort: unknown

    constructor(given?: object) {
      if (given !== key)
        throw Object.assign(new TypeError('Illegal constructor'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' })
      super()
    }

    static {
      abort = (signal, reason) => {
        if (signal.#aborted) return
        const aborted = [signal, ...signal.#dependents].filter((one) => !one.#aborted)
        // All of them are aborted before a listener of any of them can look.
        for (const one of aborted) one.#set(reason)
        for (const one of aborted) one.dispatchEvent(new Event('abort'))
      }
    }

    static abort(reason: unknown = exception('This operation was aborted', 'AbortError')): AbortSignal {
      const signal = new AbortSignal(key)
      signal.#set(reason)
      return signal
    }

    static timeout(delayMs: number): AbortSignal {
      if (!(delayMs >= 0 && delayMs <= Number.MAX_SAFE_INTEGER))
        throw new RangeError(`The value of "delay" is out of range, got ${String(delayMs)}`)
      const signal = new AbortSignal(key)
      kit.use('timers').setTimeout(() => {
        abort(signal, exception('The operation was aborted due to timeout', 'TimeoutError'))
      }, delayMs)
      return signal
    }

    static any(signals: Iterable<AbortSignal>): AbortSignal {
      const all = [...signals]
      const wrong = all.findIndex((signal) => !(signal instanceof AbortSignal))
      if (wrong !== -1)
        throw new TypeError(`The "signals[${wrong}]" argument must be an instance of AbortSignal`)
      const dependent = new AbortSignal(key)
      const aborted = all.find((signal) => signal.#aborted)
      if (aborted !== undefined) dependent.#set(aborted.#reason)
      else for (const signal of all) signal.#addDependent(dependent)
      return dependent
    }

    get aborted(): boolean {
      return this.#aborted
    }

    get reason(): unknown {
      return this.#reason
    }

    get onabort(): unknown {
      return this.#onabort ?? null
    }

    set onabort(callback: unknown) {
      // Its turn among the listeners is that of the first assignment.
      if (this.#onabort === undefined && typeof callback === 'function')
        this.addEventListener('abort', (event: unknown) => {
          if (typeof this.#onabort === 'function') Reflect.apply(this.#onabort, this, [event])
        })
      else if (this.#onabort === undefined) return
      this.#onabort = typeof callback === 'function' ? callback : null
    }

    throwIfAborted(): void {
      if (this.#aborted) throw this.#reason
    }

    #set(reason: unknown): void {
      this.#aborted = true
      this.#reason = reason
    }

    /** What depends on a dependent depends on its sources. */
    #addDependent(dependent: AbortSignal): void {
      this.#dependents.push(dependent)
      for (const source of this.#sources) {
        source.#dependents.push(dependent)
        dependent.#sources.push(source)
      }
      dependent.#sources.push(this)
    }

    readonly #sources: AbortSignal[] = []
  }

  class AbortController {
    readonly #signal = new AbortSignal(key)

    get signal(): AbortSignal {
      return this.#signal
    }

    abort(reason: unknown = exception('This operation was aborted', 'AbortError')): void {
      abort(this.#signal, reason)
    }
  }

  for (const Class of [AbortSignal, AbortController])
    Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true })

  return { AbortController, AbortSignal }
}
