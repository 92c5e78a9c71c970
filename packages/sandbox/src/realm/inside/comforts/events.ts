import type { ComfortKit } from './kit.ts'

interface EventInit {
  readonly bubbles?: unknown
  readonly cancelable?: unknown
  readonly composed?: unknown
  readonly detail?: unknown
}

/** What a target does with an event while it calls its listeners. It is given to targets, not to guests. */
interface Dispatch {
  call(listener: unknown, isPassive: boolean): void
  readonly isStopped: boolean
  /** Gives whether the default action is still wanted. */
  end(): boolean
}

interface RealmEvent {
  readonly type: string
}

interface Events {
  readonly Event: new (type: unknown, init?: EventInit | null) => RealmEvent
  readonly CustomEvent: new (type: unknown, init?: EventInit | null) => RealmEvent
  begin(event: RealmEvent, target: object): Dispatch
}

/** https://dom.spec.whatwg.org/#events, without a tree: an event has one target. */
export function createEvents(kit: ComfortKit): Events {
  const AT_TARGET = 2

  let begin: Events['begin']

  class Event {
    readonly #type: string
    readonly #bubbles: boolean
    readonly #cancelable: boolean
    readonly #composed: boolean
    readonly #timeStamp = kit.use('performance').performance.now()
    #target: object | null = null
    #isDispatched = false
    #isStopped = false
    #isStoppedAtOnce = false
    #isCanceled = false
    #isPassive = false

    constructor(type: unknown, init?: EventInit | null) {
      if (arguments.length === 0) throw new TypeError('The "type" argument must be specified')
      this.#type = String(type)
      this.#bubbles = Boolean(init?.bubbles)
      this.#cancelable = Boolean(init?.cancelable)
      this.#composed = Boolean(init?.composed)
    }

    static {
      begin = (event, target) => (event as Event).#begin(target)
    }

    #begin(target: object): Dispatch {
      if (this.#isDispatched) {
        const { DOMException } = kit.use('exceptions')
        throw new DOMException('The event is already being dispatched', 'InvalidStateError')
      }
      this.#isDispatched = true
      this.#target = target
      const isStopped = (): boolean => this.#isStoppedAtOnce
      return {
        get isStopped() {
          return isStopped()
        },
        call: (listener, isPassive) => {
          this.#isPassive = isPassive
          try {
            if (typeof listener === 'function') Reflect.apply(listener, target, [this])
            else (listener as { handleEvent(event: Event): unknown }).handleEvent(this)
          } catch (thrown) {
            kit.uncaught(thrown)
          }
          this.#isPassive = false
        },
        end: () => {
          this.#isDispatched = this.#isStopped = this.#isStoppedAtOnce = false
          return !this.#isCanceled
        },
      }
    }

    get type(): string {
      return this.#type
    }

    get bubbles(): boolean {
      return this.#bubbles
    }

    get cancelable(): boolean {
      return this.#cancelable
    }

    get composed(): boolean {
      return this.#composed
    }

    get timeStamp(): number {
      return this.#timeStamp
    }

    get isTrusted(): boolean {
      return false
    }

    get target(): object | null {
      return this.#target
    }

    get srcElement(): object | null {
      return this.#target
    }

    get currentTarget(): object | null {
      return this.#isDispatched ? this.#target : null
    }

    get eventPhase(): number {
      return this.#isDispatched ? AT_TARGET : 0
    }

    get defaultPrevented(): boolean {
      return this.#isCanceled
    }

    get returnValue(): boolean {
      return !this.#isCanceled
    }

    get cancelBubble(): boolean {
      return this.#isStopped
    }

    set cancelBubble(value: unknown) {
      if (value) this.stopPropagation()
    }

    composedPath(): object[] {
      return this.#isDispatched && this.#target !== null ? [this.#target] : []
    }

    preventDefault(): void {
      if (this.#cancelable && !this.#isPassive) this.#isCanceled = true
    }

    stopPropagation(): void {
      this.#isStopped = true
    }

    stopImmediatePropagation(): void {
      this.#isStopped = true
      this.#isStoppedAtOnce = true
    }
  }

  class CustomEvent extends Event {
    readonly #detail: unknown

    constructor(type: unknown, init?: EventInit | null) {
      if (arguments.length === 0) throw new TypeError('The "type" argument must be specified')
      super(type, init)
      this.#detail = init?.detail ?? null
    }

    get detail(): unknown {
      return this.#detail
    }
  }

  for (const [value, phase] of ['NONE', 'CAPTURING_PHASE', 'AT_TARGET', 'BUBBLING_PHASE'].entries()) {
    Object.defineProperty(Event, phase, { value, enumerable: true })
    Object.defineProperty(Event.prototype, phase, { value, enumerable: true })
  }
  for (const Class of [Event, CustomEvent])
    Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true })

  return { Event, CustomEvent, begin }
}
