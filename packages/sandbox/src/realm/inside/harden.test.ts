import { execFileSync } from 'node:child_process'
import { setFlagsFromString } from 'node:v8'
import { runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { Realm } from '../realm-maker.ts'
import { createRealm } from '../realm.ts'

const fresh = createRealm().context
const hardened = createRealm('hardened').context

function inBoth(code: string): readonly [hardened: unknown, fresh: unknown] {
  const run = (realm: typeof fresh): unknown =>
    JSON.parse(String(runInContext(`JSON.stringify((() => {${code}\n})())`, realm)))
  return [run(hardened), run(fresh)]
}

/** `places` of it: each property of a builtin that holds a value, by the way that leads to it. */
const CENSUS = `
  'use strict'
  const roots = { global: globalThis, generator: function* () {}, asyncFunction: async () => {}, asyncGenerator: async function* () {},
    arrays: [].values(), maps: new Map().keys(), sets: new Set().keys(), strings: ''[Symbol.iterator](), matches: ''.matchAll(/x/g),
    helpers: [].values().map(String), segments: new Intl.Segmenter().segment(''), instant: new Date(0).toTemporalInstant() }
  const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function'
  const isOurs = (object) => object === globalThis || object === Object.getPrototypeOf(globalThis) || Object.values(roots).includes(object)
  const ways = new Map(Object.entries(roots).map(([name, root]) => [root, name]))
  const places = []
  for (const [object, way] of ways) {
    const meet = (value, step) => { if (isObject(value) && !ways.has(value)) ways.set(value, way + step) }
    meet(Object.getPrototypeOf(object), '.__proto__')
    for (const key of Reflect.ownKeys(object)) {
      const { value, get, writable } = Object.getOwnPropertyDescriptor(object, key)
      if (!get || 'originalValue' in get) {
        const held = get ? get.originalValue : value
        // Node.js knows it from the start, and a hardened realm with it.
        if (!isOurs(object) && key !== 'prepareStackTrace') places.push({ object, key, held, name: way + '.' + String(key) })
        meet(held, '.' + String(key))
      } else meet(get, '.get ' + String(key))
    }
  }`

/** What the getters, setters and functions of hardening are not part of. */
const namesIn = (code: string): string => `${CENSUS}
  return Object.fromEntries(places.map(({ object, key, held, name }) => {
    try { return [name, (${code})(object, key, held)] } catch (thrown) { return [name, thrown.name] }
  }))`

describe('in a hardened realm, as in a fresh one,', () => {
  it.each([
    [
      'each value that something inherits can be assigned to',
      `(object, key) => {
        const derived = Object.setPrototypeOf(typeof object === 'function' ? class {} : {}, object)
        derived[key] = 'mine'
        const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(derived, key)
        return [value, derived[key], writable, enumerable, configurable, object[key] !== 'mine']
      }`,
    ],
    [
      'each can be assigned to through Reflect.set, and again',
      `(object, key) => {
        const derived = Object.setPrototypeOf({}, object)
        return [Reflect.set(object, key, 1, derived), Reflect.set(object, key, 2, derived), derived[key] === 2, Object.keys(derived).length]
      }`,
    ],
    ['each has the value that it had', `(object, key, held) => Object.is(object[key], held)`],
    ['each is as enumerable', `(object, key) => Object.getOwnPropertyDescriptor(object, key).enumerable`],
    ['each can be assigned what it is', `(object, key, held) => { object[key] = held; return 'done' }`],
  ])('%s', (_, code) => {
    const [inHardened, inFresh] = inBoth(namesIn(code))
    expect(Object.keys(inFresh as object).length).toBeGreaterThan(1_000)
    expect(inHardened).toEqual(inFresh)
  })
})

/** What SES learned that programs assign, by what they assign it to. */
const ENABLEMENTS = {
  '{}': [
    'constructor',
    'hasOwnProperty',
    'isPrototypeOf',
    'propertyIsEnumerable',
    'toLocaleString',
    'toString',
    'valueOf',
  ],
  '[]': ['concat', 'constructor', 'join', 'push', 'toString', Symbol.iterator],
  '() => {}': ['apply', 'bind', 'call', 'constructor', 'toString'],
  'new Error()': ['constructor', 'message', 'name', 'toString'],
  'new TypeError()': ['constructor', 'message', 'name'],
  'new SyntaxError()': ['message'],
  'new RangeError()': ['message'],
  'new URIError()': ['message'],
  'new EvalError()': ['message'],
  'new ReferenceError()': ['message'],
  'Promise.resolve()': ['catch', 'constructor', 'finally', 'then'],
  'new Uint8Array(2)': [
    'constructor',
    'fill',
    'set',
    'slice',
    'subarray',
    'toLocaleString',
    'toString',
    Symbol.iterator,
  ],
  'new ArrayBuffer(2)': ['constructor', 'slice'],
  'new Map()': ['constructor', 'get', 'has', 'keys', 'set', Symbol.iterator],
  'new Set()': ['add', 'constructor', 'has', 'keys', Symbol.iterator],
  'new Date()': ['getTime', 'toISOString', 'toJSON'],
  '(function* () {})()': ['next', 'return', 'throw', 'toString', Symbol.iterator],
  '(async function* () {})()': ['next', Symbol.asyncIterator],
  '[].values()': ['map', 'next', Symbol.iterator],
  'new Map().entries()': ['next'],
  'class extends Promise {}': ['all', 'race', 'reject', 'resolve'],
  'class extends Error {}': ['captureStackTrace', 'isError', 'stackTraceLimit'],
  'class extends Uint8Array {}': ['from', 'of'],
  'class extends Array {}': ['from', 'isArray'],
  'Object.create(Math)': ['floor', 'random'],
} as const

describe('of its own, a program can override', () => {
  const all = Object.entries(ENABLEMENTS).flatMap(([of, keys]) => keys.map((key) => [key, of] as const))
  it.each(all)('%s of %s', (key, of) => {
    const property =
      typeof key === 'symbol' ? `Symbol.${String(key.description).slice('Symbol.'.length)}` : `'${key}'`
    const [inHardened, inFresh] = inBoth(`
      'use strict'
      const target = ${of}, property = ${property}
      target[property] = 'mine'
      return [target[property], Object.keys(target), Object.prototype.propertyIsEnumerable.call(target, property)]`)
    expect(inHardened).toEqual(inFresh)
    expect(Array.isArray(inHardened) && inHardened[0]).toBe('mine')
  })
})

describe('what a hardened realm guards', () => {
  it('says so to whoever changes it, in sloppy code too', () => {
    expect(() => runInContext('Math.sign = () => 0', hardened)).toThrow(
      'Cannot change "sign" of a builtin: builtins are frozen',
    )
  })

  it('is marked as SES marks it, for libraries that look at descriptors', () => {
    const getter = 'Object.getOwnPropertyDescriptor(Array.prototype, "slice").get'
    expect(
      runInContext(
        `${getter}.originalValue === Array.prototype.slice && Object.isFrozen(${getter})`,
        hardened,
      ),
    ).toBe(true)
  })

  it('keeps a value that its owner made read-only', () => {
    const code = `'use strict'; const own = Object.defineProperty({}, 'valueOf', { value: 1 })
      try { return Reflect.set(Object.prototype, 'valueOf', 2, own) } catch { return false } `
    expect(inBoth(code)).toEqual([false, false])
  })
})

describe('a hardened realm is not used again after a run that', () => {
  it.each([
    'Promise.prototype.then = () => {}',
    'Promise.resolve = () => {}',
    'Array.prototype.length = 1',
    'Array.prototype[Symbol.iterator] = () => {}',
    'Object.getPrototypeOf([].values()).next = () => {}',
    'Uint8Array.prototype.constructor = Array',
    'Set.prototype.has = () => true',
    'Object.defineProperty(Promise.prototype, "then", { writable: false })',
    'Object.freeze(Map.prototype)',
  ])('%s', (code) => {
    const realm: Realm = createRealm('hardened')
    expect(realm.inside.renew()).toBe(true)
    runInContext(code, realm.context)
    expect(realm.inside.renew()).toBe(false)
  })
})

describe('V8 calls builtins of a hardened realm as fast, because', () => {
  it('none of their holders is kept as a table', () => {
    setFlagsFromString('--allow-natives-syntax')
    const holders = [
      'Object',
      'Array',
      'String',
      'Number',
      'Map',
      'Set',
      'Promise',
      'Date',
      'Uint8Array',
    ].flatMap((name) => [name, `${name}.prototype`])
    const slow = [
      ...holders,
      'Math',
      'JSON',
      'Reflect',
      'Object.getPrototypeOf(Uint8Array).prototype',
    ].filter((holder) => runInContext(`%HasFastProperties(${holder})`, hardened) !== true)
    setFlagsFromString('--no-allow-natives-syntax')
    expect(slow).toEqual([])
  })

  it('no fast path of the whole thread is left', () => {
    const code = `import { createRealm } from ${JSON.stringify(new URL('../realm.ts', import.meta.url).href)}
      console.log('hardened'); createRealm('hardened')`
    const text = execFileSync(
      process.execPath,
      [
        '--conditions=@isolated-runtime/source',
        '--trace-protector-invalidation',
        '--input-type=module',
        '--eval',
        code,
      ],
      { encoding: 'utf8' },
    )
    // It is about `String(new String(''))`.
    expect(text.split('hardened\n')[1]).toBe('Invalidating protector cell StringWrapperToPrimitive\n')
  })
})
