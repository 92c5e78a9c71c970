/**
 * Makes the census: a walk over everything a guest can reach. Its text runs as the guest module `/census.js`, before
 * any hostile trigger does, with builtins that nobody has patched yet.
 *
 * It follows own keys, prototypes, getters and setters; calls and constructs every function with harmless and with
 * hostile arguments on samples of all builtin types; iterates over what can be iterated; waits for promises; and
 * meets whatever is thrown on the way, also when the stack is almost full.
 */
export function makeCensus() {
  const { apply, construct, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect
  const { get: mapGet, set: mapSet, has: mapHas } = Map.prototype
  const { then } = Promise.prototype
  const { hasOwn, prototype: objectPrototype } = Object
  const { String, Promise: OwnPromise } = globalThis

  /** How many calls away from a root a function may be and still be called. */
  const MAX_CALLS_DEEP = 2
  /** Of things that differ in nothing but what they hold, this many are kept; the others are looked through at once. */
  const MAX_ALIKE = 200

  /** This many of the first lists of arguments throw nothing, whoever calls or reads what is in them. */
  const HARMLESS_LISTS = 4
  const { test } = RegExp.prototype
  const scheduler = /^(set(Timeout|Interval|Immediate)|queueMicrotask|addEventListener|FinalizationRegistry)$/

  const samples: (() => unknown)[] = [
    () => undefined,
    () => ({ a: 1 }),
    () => [2, 1],
    () => function sample() {},
    () => 'text',
    () => 1,
    () => 1n,
    () => Symbol('sample'),
    () => new Map([[1, {}]]),
    () => new Set([1]),
    () => new WeakMap(),
    () => new Date(0),
    () => /x/g,
    () => new Error('sample'),
    () => new Uint8Array(4),
    () => new ArrayBuffer(8, { maxByteLength: 16 }),
    () => new DataView(new ArrayBuffer(8)),
    () => OwnPromise.resolve({}),
    () => [1][Symbol.iterator](),
    () =>
      (function* () {
        yield {}
      })(),
    () => new Intl.NumberFormat(),
    () => new Intl.DateTimeFormat(),
    () => Temporal.PlainDate.from('2000-01-01'),
    () => new DisposableStack(),
  ]
  const bomb = (): never => {
    throw new TypeError('bomb')
  }
  const hostile = {
    get a() {
      return bomb()
    },
    toString: bomb,
    valueOf: bomb,
    toJSON: bomb,
    [Symbol.toPrimitive]: bomb,
    [Symbol.iterator]: bomb,
    then: bomb,
  }
  const trap = new Proxy(function () {}, {
    get: bomb,
    ownKeys: bomb,
    getPrototypeOf: bomb,
    apply: bomb,
    has: bomb,
  })
  const argumentLists: (() => unknown[])[] = [
    () => [],
    () => [{}, 'a', {}],
    () => [() => ({}), 1],
    () => [[1], []],
    () => [hostile, hostile],
    () => [trap, trap],
  ]

  return async function takeCensus(
    roots: Record<string, unknown>,
    maxCalls: number,
  ): Promise<{ met: number; foreign: string[] }> {
    const depths = new Map<object, number>()
    const paths = new Map<object, string>()
    const queue = Object.create(null) as Record<number, object>
    const pending = Object.create(null) as Record<number, Promise<unknown>>
    const alike = new Map<object | null, number>()
    const foreign: string[] = []
    let met = 0
    let promises = 0
    let reported = 0
    let calls = 0

    function isForeign(thing: object): boolean {
      let last = thing
      for (let step = 0; step < 100; step++) {
        const next = getPrototypeOf(last)
        if (next === null) break
        last = next
      }
      if (last === objectPrototype) return false
      // Without a prototype of its own it is of no realm, unless it is the root of another one.
      return last !== thing || hasOwn(thing, 'isPrototypeOf')
    }

    function meet(thing: unknown, path: string, depth: number): void {
      if ((typeof thing !== 'object' || thing === null) && typeof thing !== 'function') return
      if (thing === trap || apply(mapHas, paths, [thing])) return
      try {
        if (isForeign(thing) && reported < 50) foreign[reported++] = path
        if (depth > 0 && isOneOfMany(thing)) return lookThrough(thing, path)
      } catch {
        // A trap that throws: what it throws is met when the thing is walked.
      }
      apply(mapSet, paths, [thing, path])
      apply(mapSet, depths, [thing, depth])
      queue[met++] = thing
    }

    function isOneOfMany(thing: object): boolean {
      const prototype = getPrototypeOf(thing)
      const count = ((apply(mapGet, alike, [prototype]) as number | undefined) ?? 0) + 1
      apply(mapSet, alike, [prototype, count])
      return count > MAX_ALIKE
    }

    function lookThrough(thing: object, path: string): void {
      const keys = ownKeys(thing)
      for (let index = 0; index < keys.length; index++) {
        const held: unknown = getOwnPropertyDescriptor(thing, keys[index] as PropertyKey)?.value
        const isObject = (typeof held === 'object' && held !== null) || typeof held === 'function'
        if (isObject && isForeign(held) && reported < 50)
          foreign[reported++] = `${path}.${String(keys[index])}`
      }
    }

    function attempt(act: () => unknown, path: string, depth: number): void {
      try {
        meet(act(), path, depth)
      } catch (thrown) {
        meet(thrown, `${path} throws`, depth)
      }
    }

    function walk(thing: object, path: string, depth: number): void {
      attempt(() => getPrototypeOf(thing), `${path}.__proto__`, depth)
      let keys: ArrayLike<PropertyKey> = { length: 0 }
      attempt(
        () => {
          keys = ownKeys(thing)
        },
        `${path} keys`,
        depth,
      )
      for (let index = 0; index < keys.length; index++) {
        const key = keys[index] as PropertyKey
        const at = `${path}.${String(key)}`
        attempt(
          () => {
            const { value, get, set } = getOwnPropertyDescriptor(thing, key) ?? {}
            meet(value, at, depth)
            meet(get, `${at} getter`, depth)
            meet(set, `${at} setter`, depth)
            return get === undefined ? undefined : apply(get, thing, [])
          },
          at,
          depth + 1,
        )
      }
      attempt(
        () => {
          if (!(thing instanceof OwnPromise)) return
          const settle = (value: unknown): void => meet(value, `${path} settled`, depth + 1)
          pending[promises++] = apply(then, thing, [settle, settle])
        },
        path,
        depth,
      )
    }

    /** What it is given it calls later, and what that throws then is the failure of the run. */
    function schedules(func: object): boolean {
      try {
        const name: unknown = getOwnPropertyDescriptor(func, 'name')?.value
        return typeof name === 'string' && apply(test, scheduler, [name])
      } catch {
        // A proxy of nobody knows what.
        return true
      }
    }

    function call(func: (...args: unknown[]) => unknown, path: string, depth: number): void {
      const lists = schedules(func) ? HARMLESS_LISTS : argumentLists.length
      for (let list = 0; list < lists; list++) {
        const args = argumentLists[list]?.() ?? []
        attempt(() => construct(func, args), `new ${path}()`, depth)
        attempt(() => apply(func, undefined, args), `${path}()`, depth)
        calls += 2
      }
      // A method wants a receiver of its kind; what came back from a call is not worth as many.
      const count = depth < MAX_CALLS_DEEP ? samples.length : 0
      for (let index = 0; index < count; index++, calls++) {
        const args = argumentLists[index % lists]?.() ?? []
        attempt(() => apply(func, samples[index]?.(), args), `${path}()`, depth)
      }
    }

    /** Calls all functions met so far when there is almost no stack left to do it with. */
    function overflow(): void {
      let tries = 0
      const deep = (): void => {
        try {
          deep()
        } catch (thrown) {
          meet(thrown, 'stack overflow', MAX_CALLS_DEEP)
          if (tries++ < 5) callAll('on a full stack')
          throw thrown
        }
      }
      attempt(deep, 'stack overflow', MAX_CALLS_DEEP)
    }

    function callAll(when: string): void {
      const count = met
      for (let index = 0; index < count; index++) {
        const thing = queue[index]
        if (typeof thing !== 'function') continue
        try {
          meet(apply(thing as () => unknown, { a: 1 }, ['./none', {}]), 'a result', MAX_CALLS_DEEP)
        } catch (thrown) {
          meet(thrown, `thrown ${when}`, MAX_CALLS_DEEP)
        }
      }
    }

    const names = ownKeys(roots)
    for (let index = 0; index < names.length; index++)
      meet(roots[names[index] as string], String(names[index]), 0)
    for (let index = 0; index < samples.length; index++) meet(samples[index]?.(), `sample ${index}`, 0)
    // No receiver: a helper of synchronous iterators would call its next for ever.
    meet((async function* () {})(), 'async generator', 0)
    let walked = 0
    for (let settled = 0; walked < met || settled < promises;) {
      for (; walked < met; walked++) {
        const thing = queue[walked] as object
        const path = apply(mapGet, paths, [thing]) as string
        const depth = apply(mapGet, depths, [thing]) as number
        walk(thing, path, depth)
        if (typeof thing === 'function' && depth < MAX_CALLS_DEEP && calls < maxCalls)
          call(thing as () => unknown, path, depth + 1)
        // One descent is enough for all that belongs to the realm from the start.
        if (walked === 1_500) overflow()
      }
      // A promise that never settles is nobody's way out: a few turns for those that do.
      for (let turn = 0; turn < 20; turn++) await OwnPromise.resolve()
      settled = promises
    }
    return { met, foreign }
  }
}
