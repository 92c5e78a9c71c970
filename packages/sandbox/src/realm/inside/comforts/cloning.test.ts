import { inspect } from 'node:util'
import { runInThisContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { evaluate, inBoth } from '../../../fixtures/evaluate.ts'

describe('structuredClone()', () => {
  it.each([
    `1`,
    `'s'`,
    `1n`,
    `null`,
    `undefined`,
    `-0`,
    `NaN`,
    `{ a: { b: [1, , 3] }, [Symbol('unseen')]: 1 }`,
    `Object.assign([1], { extra: 2 })`,
    `Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true }, hidden: { value: 2 } })`,
    `new (class Foo { x = 1; #y = 2; get z() { return 3 } })`,
    `Object.create(null)`,
    `{ get a() { return 1 } }`,
    `new Map([[{ k: 1 }, new Map()]])`,
    `new Set([[1], 'a'])`,
    `new Date(5)`,
    `new Date(NaN)`,
    `Object.assign(/a/gi, { lastIndex: 3 })`,
    `[Object(1), Object('s'), Object(true), Object(1n)]`,
    `new Uint8Array([1, 2, 3]).subarray(1)`,
    `new BigInt64Array(2)`,
    `new DataView(new ArrayBuffer(4), 1, 2)`,
    `new ArrayBuffer(2, { maxByteLength: 4 })`,
    `[new Float16Array([1.5]), new Float64Array([0.1])]`,
    `(() => { const a = { b: [] }; a.b.push(a, a.b); return a })()`,
    `(() => { const m = new Map(); m.set(m, m); return m })()`,
    `(() => { const shared = {}; return [shared, shared] })()`,
    `(() => { const buffer = new ArrayBuffer(4); return [new Uint8Array(buffer), new Uint16Array(buffer, 2)] })()`,
    `{ ['__proto__']: 1 }`,
    `Object.setPrototypeOf({}, Map.prototype)`,
    `Object.setPrototypeOf({ a: 1 }, Date.prototype)`,
    `Object.setPrototypeOf({ a: 1 }, Intl.NumberFormat.prototype)`,
    `Object.setPrototypeOf({ a: 1 }, DisposableStack.prototype)`,
    `new (class Mine extends Iterator { x = 1 })`,
    `[Intl, Reflect, { [Symbol.toStringTag]: 'Temporal.Instant' }]`,
    `{ __proto__: null, rawJSON: '1' }`,
  ])('copies %s as Node does', async (value) => {
    const { lines } = await evaluate(`console.dir(structuredClone((${value})), { depth: 9 })`)
    const copy = structuredClone(runInThisContext(`(${value})`)) as unknown
    expect(lines).toEqual([`info: ${inspect(copy, { depth: 9 })}`])
  })

  it.each([
    `structuredClone(() => 1)`,
    `structuredClone({ a: Symbol('s') })`,
    `structuredClone(new WeakMap())`,
    `structuredClone(Promise.resolve())`,
    `structuredClone(Object(Symbol()))`,
    `structuredClone({ get a() { throw new RangeError('mine') } })`,
    `structuredClone()`,
    ...[
      `new URL('http://a.b')`,
      `new URLSearchParams('a=1')`,
      `JSON.rawJSON('1')`,
      `new DisposableStack()`,
      `new AsyncDisposableStack()`,
      `new Intl.NumberFormat()`,
      `new Intl.Locale('en')`,
      `new Intl.DateTimeFormat()`,
      `new Intl.Segmenter().segment('a')`,
      `new Intl.Segmenter().segment('a')[Symbol.iterator]()`,
      ...['Instant.from("1970-01-01T00:00Z")', 'PlainDate.from("2020-01-01")', 'Duration.from("PT1S")'].map(
        (value) => `Temporal.${value}`,
      ),
      `new (class extends Temporal.PlainDate {})(2020, 1, 1)`,
      `[].values()`,
      `new Map().entries()`,
      `new Set().keys()`,
      `''[Symbol.iterator]()`,
      `'a'.matchAll(/a/g)`,
      `(function* () {})()`,
      `(async function* () {})()`,
      `[].values().map(String)`,
      `Iterator.from({ next() {} })`,
    ].map((value) => `structuredClone([${value}])`),
    ...[
      `new Uint8Array(b)`,
      `new Uint8Array(b, 0, 4)`,
      `new Uint8Array(b, 2)`,
      `new Uint8Array(b, 2, 2)`,
      `new Uint16Array(b, 2)`,
      `new DataView(b)`,
      `new DataView(b, 1, 3)`,
      `(b.resize(8), new Uint8Array(b))`,
      `(b.resize(8), new Uint8Array(b, 0, 8))`,
      `(b.resize(8), new Float32Array(b, 4))`,
      `(b.resize(7), new Uint32Array(b))`,
    ].map(
      (view) => `(() => { const b = new ArrayBuffer(4, { maxByteLength: 8 }); const v = ${view}
        new Uint8Array(b).set([1, 2, 3, 4, 5, 6, 7, 8].slice(0, b.byteLength)); const c = structuredClone(v)
        const before = [c.byteLength, ...new Uint8Array(b), ...new Uint8Array(c.buffer)]; c.buffer.resize(6); const a = c.byteLength; c.buffer.resize(8); return [before, a, c.byteLength] })()`,
    ),
    `(() => { const b = new ArrayBuffer(4, { maxByteLength: 8 }); const v = new Uint8Array(b, 2, 2); b.resize(2); return structuredClone(v) })()`,
    `structuredClone({}, { transfer: [{}] })`,
    `(() => { const b = new ArrayBuffer(1); return structuredClone(b, { transfer: [b, b] }) })()`,
    `(() => { const b = new ArrayBuffer(3); const c = structuredClone([b, new Uint8Array(b)], { transfer: [b] }); return [b.detached, b.byteLength, c[0].byteLength, c[1].buffer === c[0], c[1].length] })()`,
    `(() => { const b = new ArrayBuffer(3); try { structuredClone([b, () => 1], { transfer: [b] }) } catch {} return b.detached })()`,
    `(() => { const e = structuredClone(Object.assign(new RangeError('m', { cause: { a: 1 } }), { extra: 1 })); return [e.name, e.message, e.cause, e.extra, e instanceof RangeError, typeof e.stack, Object.keys(e)] })()`,
    `(() => { class Mine extends TypeError { name = 'Mine' } const e = structuredClone(new Mine('m')); return [e.name, e.constructor.name] })()`,
    `(() => { const e = structuredClone(new AggregateError([1], 'm')); return [e.name, e.message, e.errors] })()`,
    `(() => { const a = { self: null }; a.self = a; const c = structuredClone(a); return c.self === c && c !== a })()`,
  ])('does as Node does: %s', async (expression) => {
    const [guest, node] = await inBoth(expression)
    expect(guest).toEqual(node)
  })
})
