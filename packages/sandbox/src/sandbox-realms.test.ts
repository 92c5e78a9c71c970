import type { RealmKind } from '@isolated-runtime/protocol'
import { afterAll, describe, expect, it } from 'vitest'
import { failureFrom, returning, valueFrom, type Call } from './fixtures/call-guest.ts'
import { Sandbox } from './index.ts'

const COUNT =
  'let calls = 0\nexports.main = () => [++calls, (globalThis.total = (globalThis.total ?? 0) + 1)]'

/** Lists, by the way to it, each object that the realm leads to and that can be extended, and each property that can be changed. */
const CENSUS = `
exports.main = () => {
  const open = []
  const ways = new Map([[globalThis, 'globalThis']])
  const meet = (value, way) => {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
    if (isObject && !ways.has(value)) ways.set(value, way)
  }
  const made = {
    generator: function* () {}, asyncFunction: async () => {}, asyncGenerator: async function* () {},
    arrayIterator: [].values(), mapIterator: new Map().keys(), setIterator: new Set().keys(), stringIterator: ''[Symbol.iterator](),
    matches: ''.matchAll(/x/g), helper: [].values().map(String), wrapped: Iterator.from({ next() {} }), concat: Iterator.concat?.([]),
    segments: new Intl.Segmenter().segment(''), segmentIterator: new Intl.Segmenter().segment('')[Symbol.iterator](),
    promise: Promise.resolve(), error: new Error('a'), proxy: Proxy.revocable({}, {}).proxy,
  }
  for (const [name, object] of Object.entries(made)) meet(object && Object.getPrototypeOf(object), name)
  const stack = Object.getOwnPropertyDescriptor(made.error, 'stack')
  meet(stack.get, 'stack.get')
  meet(stack.set, 'stack.set')
  for (const [object, way] of ways) {
    if (Object.isExtensible(object)) open.push(way)
    meet(Object.getPrototypeOf(object), way + '.__proto__')
    for (const key of Reflect.ownKeys(object)) {
      const { value, get, set, writable, configurable } = Object.getOwnPropertyDescriptor(object, key)
      if (!Object.isExtensible(object) && (writable || configurable)) open.push(way + '.' + String(key))
      meet(value, way + '.' + String(key))
      meet(get, way + '.get ' + String(key))
      meet(set, way + '.set ' + String(key))
    }
  }
  return open
}`

/** What it lists in a hardened realm. */
const CHANGEABLE = [
  'globalThis',
  'globalThis.RegExp.prototype',
  ...['prepareStackTrace', 'stackTraceLimit'].map((key) => `globalThis.Error.${key}`),
  ...['constructor', 'length', 'Symbol(Symbol.iterator)'].map((key) => `globalThis.Array.prototype.${key}`),
  ...['has', 'keys', 'Symbol(Symbol.iterator)'].flatMap((key) => [
    `globalThis.Map.prototype.${key}`,
    `globalThis.Set.prototype.${key}`,
  ]),
  ...['Int8', 'Int16', 'Int32', 'Uint8', 'Uint8Clamped', 'Uint16', 'Uint32', 'BigInt64', 'BigUint64'].map(
    (type) => `globalThis.${type}Array.prototype.constructor`,
  ),
  ...['Float16', 'Float32', 'Float64'].map((type) => `globalThis.${type}Array.prototype.constructor`),
  ...['constructor', 'Symbol(Symbol.iterator)'].map(
    (key) => `globalThis.Uint8Array.__proto__.prototype.${key}`,
  ),
  ...['arrayIterator', 'mapIterator', 'setIterator', 'stringIterator'].map((iterator) => `${iterator}.next`),
  'arrayIterator.__proto__.Symbol(Symbol.iterator)',
  'globalThis.Promise.resolve',
  'globalThis.String.prototype.Symbol(Symbol.iterator)',
  ...['constructor', 'then'].map((key) => `promise.${key}`),
].toSorted()

describe.each(['tenant', 'cordon'] as const)('the realm of a run, under "%s"', (isolation) => {
  // One thread, so that runs of a bundle meet in one realm, and room for each tenant of these tests.
  const sandbox = Sandbox.start({
    maxCells: 32,
    threadsPerCell: 1,
    spareCells: 0,
    maxRunsPerRealm: 3,
    isolation,
  })
  afterAll(() => sandbox.close())
  const value = (input: Call) => valueFrom(sandbox, input)
  const thrice = async (call: Call): Promise<unknown> => [
    await value(call),
    await value(call),
    await value(call),
  ]

  it.each<[string, Pick<Call, 'realm'>]>([
    ['by default', {}],
    ['if fresh', { realm: 'fresh' }],
    ['if hardened', { realm: 'hardened' }],
  ])('shows nothing of the runs before, %s', async (_, realm) => {
    const clean = [1, 1]
    expect(await thrice({ code: COUNT, tenant: 'clean', ...realm })).toEqual([clean, clean, clean])
  })

  it('keeps globals and modules if warm, until it has served its runs', async () => {
    const call: Call = { code: COUNT, realm: 'warm', tenant: 'warm' }
    expect(await thrice(call)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ])
    expect(await value(call)).toEqual([1, 1])
  })

  it('is not that of another bundle or another tenant, if warm', async () => {
    const call: Call = { code: `${COUNT} // its own bundle`, realm: 'warm', tenant: 'one' }
    expect(await value(call)).toEqual([1, 1])
    expect(await value({ ...call, code: `${COUNT} // another bundle` })).toEqual([1, 1])
    expect(await value({ ...call, tenant: 'two' })).toEqual([1, 1])
    expect(await value(call)).toEqual([2, 2])
  })

  it('does not keep the context of a run, if warm', async () => {
    const code = returning('[typeof rate, typeof other]')
    const call: Call = { code, realm: 'warm', tenant: 'context' }
    expect(await value({ ...call, context: { rate: 1 } })).toEqual(['number', 'undefined'])
    expect(await value({ ...call, context: { other: 1 } })).toEqual(['undefined', 'number'])
    expect(await value(call)).toEqual(['undefined', 'undefined'])
  })

  it.each<RealmKind>(['hardened', 'warm'])(
    'is not used again after a run that timed out, if %s',
    async (realm) => {
      const code =
        'let calls = 0; exports.main = (spin) => { calls++; globalThis.left = 1; while (spin); return calls }'
      const call: Call = { code, realm, tenant: 'late' }
      expect(await value({ ...call, args: [false] })).toBe(1)
      expect(await failureFrom(sandbox, { ...call, args: [true], limits: { timeoutMs: 100 } })).toMatchObject(
        {
          status: 'timed-out',
        },
      )
      expect(await value({ ...call, args: [false] })).toBe(1)
    },
  )

  it.each<RealmKind>(['hardened', 'warm'])('tells guest frames of what was thrown, if %s', async (realm) => {
    const code = 'exports.main = () => [1].map(function inner() { throw new TypeError("no") })'
    expect(await failureFrom(sandbox, { code, realm, tenant: 'stack' })).toMatchObject({
      name: 'TypeError',
      stack:
        'TypeError: no\n    at inner (/main.js:1:55)\n    at Array.map (<anonymous>)\n    at exports.main (/main.js:1:26)',
    })
  })

  it('leads to nothing that can be changed but the global, what is new for each run, and what is renewed, if hardened', async () => {
    const open = (await value({ code: CENSUS, realm: 'hardened', tenant: 'census' })) as string[]
    expect(open.toSorted()).toEqual(CHANGEABLE)
  })
})
