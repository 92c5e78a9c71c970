import type { makeTargets, Target } from './make-targets.ts'

/** What the calls of one sweep came to. */
export interface Findings {
  /** How many functions were called, and how often. */
  readonly functions: number
  readonly calls: number
  /** How many of the calls failed for want of stack. */
  readonly overflows: number
  /** The paths of functions that gave or threw something of another realm. */
  readonly foreign: readonly string[]
}

export interface SweepOptions {
  /**
   * Which functions: those that isolated-runtime puts into a realm; those of the language as well; or what makes the
   * globals of isolated-runtime when guest code first reads them.
   */
  readonly functions: 'ours' | 'all' | 'first reads'
  /** How guest code is entered in which the function is called: a name of {@link WAYS}. */
  readonly way: string
  /** From where the descent begins: a name of {@link STARTS}. */
  readonly start: string
  /** Calls are made in each frame of this many, from the end of the stack to where none fails for want of it. */
  readonly stride: number
  /** How many descents there are, each shifted against the others. */
  readonly descents: number
}

export const WAYS = [
  'catch',
  'finally',
  'descent',
  'listener',
  'getter',
  'toJSON',
  'toString of a logged value',
  'toJSON of a report',
  'getter of a clone',
  'proxy',
  'iterator',
  'callback of a builtin',
] as const

export const STARTS = ['main', 'reaction', 'await', 'microtask', 'timer', 'immediate'] as const

/**
 * Makes the sweep: it calls every function that a guest can reach, at every depth of the stack near its end, and looks
 * for things of another realm among what they return and throw. Its text runs as the guest module `/depths.js`.
 */
export function makeDepths(collect: ReturnType<typeof makeTargets>) {
  const nothing = (): void => {}
  const { apply, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect
  const { Object: OwnObject, Promise: OwnPromise, RangeError: OwnRangeError } = globalThis
  const { then } = Promise.prototype

  const OVERFLOW = 'Maximum call stack size exceeded'
  const MAX_ENOUGH = 3
  const MOST_FRAMES = 200
  const MOST_ROUNDS = 1_000
  return async function sweep(
    roots: Record<string, unknown>,
    globals: readonly string[],
    { functions, way, start, stride, descents }: SweepOptions,
  ): Promise<Findings> {
    const suspects: { thing: object; path: string }[] = []
    const promises: { promise: Promise<unknown>; path: string }[] = []
    const foreign: string[] = []
    const last: Record<string, object> = { __proto__: null } as never
    let calls = 0
    let overflows = 0
    let path = ''
    let act: () => unknown = nothing

    const targets = collect(roots, globals, { functions, start })
    const ways: Record<string, () => unknown> = { __proto__: null } as never
    if (functions === 'first reads') ways[way] = perform
    else makeWays()

    /** Calls the current target. Keeps what comes of it without a call: there may be no stack left for one. */
    function perform(): unknown {
      let got: unknown
      calls++
      try {
        got = act()
      } catch (thrown) {
        got = thrown
        if (thrown instanceof OwnRangeError && thrown.message === OVERFLOW) overflows++
      }
      if ((typeof got === 'object' && got !== null) || typeof got === 'function') {
        last[path] = got
        if (got instanceof OwnPromise) promises[promises.length] = { promise: got, path }
        else if (!(got instanceof OwnObject)) suspects[suspects.length] = { thing: got, path }
      }
      return undefined
    }

    function makeWays(): void {
      const target = new EventTarget()
      target.addEventListener('x', perform)
      const holder = {
        get x() {
          return perform()
        },
      }
      const proxy = new Proxy({ x: 1 }, { get: perform, has: perform as never })
      const convertible = { toString: () => String(perform()) }
      const sendable = { toJSON: perform }
      const iterable = { [Symbol.iterator]: () => ({ next: () => ({ done: true, value: perform() }) }) }
      const { log } = console
      const { stringify } = JSON
      const report = (globalThis as unknown as { reportProgress: (value: unknown) => void }).reportProgress
      ways['catch'] = ways['finally'] = ways['descent'] = perform
      ways['listener'] = () => target.dispatchEvent(new Event('x'))
      ways['getter'] = () => holder.x
      ways['toJSON'] = () => stringify(sendable)
      ways['toString of a logged value'] = () => log('%s', convertible)
      ways['toJSON of a report'] = () => report(sendable)
      ways['getter of a clone'] = () => structuredClone(holder)
      ways['proxy'] = () => (proxy as { x: unknown }).x
      ways['iterator'] = () => [...(iterable as Iterable<unknown>)]
      ways['callback of a builtin'] = () => [2, 1].toSorted(perform as never)
    }

    /** Calls all targets where the stack is now. */
    function performAll(): void {
      const enter = ways[way] as () => unknown
      for (let index = 0; index < targets.length; index++) {
        const target = targets[index] as Target
        path = target.path
        act = target.act
        try {
          enter()
        } catch (thrown) {
          if (!(thrown instanceof OwnObject)) suspects[suspects.length] = { thing: thrown as object, path }
          else if (thrown instanceof OwnRangeError && thrown.message === OVERFLOW) overflows++
        }
      }
    }

    let frame = 0
    let enough = 0
    let rounds = 0
    let level = 0
    let from = Infinity

    /** Calls all, in each frame of a stride, until this many frames in a row had stack enough for all. */
    function performHere(): void {
      if ((enough >= MAX_ENOUGH && way !== 'descent') || frame++ % stride !== 0) return
      // A function that needs more stack than there is fails in every frame: not all of ten thousand are of use.
      if (rounds++ > MOST_ROUNDS) return
      const callsBefore = calls
      const overflowsBefore = overflows
      const had = enough
      enough = 0
      performAll()
      if (calls - callsBefore >= targets.length && overflows === overflowsBefore) enough = had + 1
    }

    /** Calls in each frame, the deepest first. */
    function unwind(): void {
      try {
        unwind()
      } catch (thrown) {
        if (!(thrown instanceof OwnObject))
          suspects[suspects.length] = { thing: thrown as object, path: 'unwind' }
      }
      performHere()
    }

    function unwindFinally(): void {
      try {
        unwindFinally()
      } finally {
        // What it throws itself takes the place of what is on its way up.
        performHere()
      }
    }

    /** Calls in each frame on the way down, from where the end of the stack is near. */
    function descend(): void {
      level++
      if (level > from) performHere()
      descend()
    }

    function caught(func: () => void): void {
      enough = 0
      rounds = 0
      level = 0
      try {
        func()
      } catch (thrown) {
        if (!(thrown instanceof OwnObject))
          suspects[suspects.length] = { thing: thrown as object, path: 'descent' }
      }
    }

    /** Words on the stack before it begins put the calls at depths between those of the frames. */
    function shifted(words: number, func: () => void): void {
      ;((..._words: unknown[]) => caught(func))(...Array.from({ length: words }))
    }

    function sweepAll(): void {
      for (let words = 0; words < descents; words++) {
        frame = words
        if (way === 'descent') {
          // More than once: how many frames there are depends on how far they are optimized.
          from = Infinity
          for (let time = 0; time < 5; time++) {
            shifted(words, descend)
            from = level - MOST_FRAMES
          }
        } else shifted(words, way === 'finally' ? unwindFinally : unwind)
        review()
      }
    }

    function isForeign(thing: object): boolean {
      let root = thing
      for (let step = 0; step < 100; step++) {
        const next = getPrototypeOf(root)
        if (next === null) break
        root = next
      }
      if (root === OwnObject.prototype) return false
      return root !== thing || Object.hasOwn(thing, 'isPrototypeOf')
    }

    function meet(thing: unknown, at: string): void {
      const isObject = (typeof thing === 'object' && thing !== null) || typeof thing === 'function'
      try {
        if (isObject && isForeign(thing) && !foreign.includes(at)) foreign.push(at)
      } catch {
        // A proxy of the sweep itself.
      }
    }

    /** Looks at what was kept, now that there is a stack. */
    function review(): void {
      for (const { thing, path: at } of suspects) meet(thing, at)
      suspects.length = 0
      for (const [at, thing] of Object.entries(last)) {
        for (const key of ownKeys(thing))
          meet(getOwnPropertyDescriptor(thing, key)?.value, `${at} ${String(key)}`)
      }
    }

    const begun: Record<string, (begin: () => void) => void | Promise<void>> = {
      main: (begin) => begin(),
      reaction: (begin) => OwnPromise.resolve().then(begin),
      await: async (begin) => {
        await OwnPromise.resolve()
        begin()
      },
      microtask: (begin) => new OwnPromise((resolve) => queueMicrotask(() => resolve(begin()))),
      timer: (begin) => new OwnPromise((resolve) => setTimeout(() => resolve(begin()), 1)),
      immediate: (begin) => new OwnPromise((resolve) => setImmediate(() => resolve(begin()))),
    }
    const findings = (): Findings => ({ functions: targets.length, calls, overflows, foreign })

    if (start === 'main') {
      // Calls of listeners fail the run, so its failure has to carry what was found. It is read when the run settles.
      const target = new EventTarget()
      target.addEventListener('report', () => {
        throw Object.defineProperty(new Error(), 'message', { get: () => JSON.stringify(findings()) })
      })
      target.dispatchEvent(new Event('report'))
      sweepAll()
      return findings()
    }
    await begun[start]?.(sweepAll)
    for (let index = 0; index < promises.length; index += 100) {
      const { promise, path: at } = promises[index] as { promise: Promise<unknown>; path: string }
      const settle = (value: unknown): void => meet(value, `${at} settled`)
      void apply(then, promise, [settle, settle])
    }
    for (let turn = 0; turn < 20; turn++) await OwnPromise.resolve()
    return findings()
  }
}
