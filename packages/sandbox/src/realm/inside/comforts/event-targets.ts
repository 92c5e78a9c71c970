import type { ComfortKit } from './kit.ts'

interface RealmEventTarget {
  addEventListener(type: unknown, callback: unknown, options?: unknown): void
  removeEventListener(type: unknown, callback: unknown, options?: unknown): void
  dispatchEvent(event: object): boolean
}

/** https://dom.spec.whatwg.org/#interface-eventtarget */
export function createEventTargets(kit: ComfortKit): { readonly EventTarget: new () => RealmEventTarget } {
  const { Event, begin } = kit.use('events')
  type Event = InstanceType<typeof Event>

  interface ListenerOptions {
    readonly once?: unknown
    readonly capture?: unknown
    readonly passive?: unknown
    readonly signal?: { readonly aborted: boolean } & EventTarget
  }
  interface Listener {
    readonly callback: unknown
    readonly capture: boolean
    readonly once: boolean
    readonly passive: boolean
    removed: boolean
  }

  function optionsOf(given: unknown): ListenerOptions {
    if (typeof given === 'boolean') return { capture: given }
    return typeof given === 'object' && given !== null ? given : {}
  }

  class EventTarget {
    readonly #listeners = new Map<string, readonly Listener[]>()

    addEventListener(type: unknown, callback: unknown, options?: unknown): void {
      if (callback === null || callback === undefined) return
      if (typeof callback !== 'function' && typeof callback !== 'object')
        throw new TypeError('The "listener" argument must be a function or an object')
      const { once, capture, passive, signal } = optionsOf(options)
      if (signal?.aborted || this.#find(type, callback, capture) !== undefined) return
      const listener: Listener = {
        callback,
        capture: Boolean(capture),
        once: Boolean(once),
        passive: Boolean(passive),
        removed: false,
      }
      this.#listeners.set(String(type), [...this.#of(type), listener])
      signal?.addEventListener('abort', () => this.#remove(type, listener), { once: true })
    }

    removeEventListener(type: unknown, callback: unknown, options?: unknown): void {
      const listener = this.#find(type, callback, optionsOf(options).capture)
      if (listener !== undefined) this.#remove(type, listener)
    }

    dispatchEvent(event: Event): boolean {
      if (!(event instanceof Event)) throw new TypeError('The "event" argument must be an instance of Event')
      const dispatch = begin(event, this)
      // Those added meanwhile are not in this list; those removed meanwhile are marked.
      for (const listener of this.#of(event.type)) {
        if (listener.removed) continue
        if (listener.once) this.#remove(event.type, listener)
        dispatch.call(listener.callback, listener.passive)
        if (dispatch.isStopped) break
      }
      return dispatch.end()
    }

    #of(type: unknown): readonly Listener[] {
      return this.#listeners.get(String(type)) ?? []
    }

    #find(type: unknown, callback: unknown, capture: unknown): Listener | undefined {
      return this.#of(type).find(
        (listener) => listener.callback === callback && listener.capture === Boolean(capture),
      )
    }

    #remove(type: unknown, listener: Listener): void {
      listener.removed = true
      const left = this.#of(type).filter((other) => other !== listener)
      if (left.length > 0) this.#listeners.set(String(type), left)
      else this.#listeners.delete(String(type))
    }
  }
  Object.defineProperty(EventTarget.prototype, Symbol.toStringTag, {
    value: 'EventTarget',
    configurable: true,
  })

  return { EventTarget }
}
