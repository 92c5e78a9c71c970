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
    `structuredClone({}, { transfer: [{}] })`,
    `(() => { const b = new ArrayBuffer(1); return structuredClone(b, { transfer: [b, b] }) })()`,
    `(() => { const b = new ArrayBuffer(3); const c = structuredClone([b, new Uint8Array(b)], { transfer: [b] }); return [b.detached, b.byteLength, c[0].byteLength, c[1].buffer === c[0]] })()`,
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
