import { createBundle } from '@isolated-runtime/protocol'
import { afterAll, describe, expect, it } from 'vitest'
import { callGuest, failureFrom, returning, SMALL, valueFrom, type Call } from './fixtures/call-guest.ts'
import { newCall } from './fixtures/new-call.ts'
import { Sandbox } from './index.ts'

describe('Sandbox.run()', () => {
  const sandbox = Sandbox.start(SMALL)
  afterAll(() => sandbox.close())
  const value = (input: Call | string) => valueFrom(sandbox, input)
  const failure = (input: Call | string) => failureFrom(sandbox, input)

  it('gives the value of a synchronous function', async () => {
    expect(await value({ code: 'exports.main = (a, b) => a + b', args: [1, 2] })).toBe(3)
  })

  it('awaits an asynchronous function and any thenable', async () => {
    expect(await value('exports.main = async () => { await null; return [1] }')).toEqual([1])
    expect(await value(returning('({ then: (resolve) => resolve("thenable") })'))).toBe('thenable')
  })

  it('does not count the time of a run as time before it', async () => {
    const slow = 'exports.main = () => new Promise((resolve) => setTimeout(resolve, 500, 1))'
    await value(slow)
    const { usage } = await callGuest(sandbox, { code: slow })
    expect(usage.wallMs).toBeGreaterThanOrEqual(490)
    expect(usage.bootMs).toBeLessThan(400)
  })

  it('keeps undefined as a whole result undefined', async () => {
    expect(await value(returning('undefined'))).toBeUndefined()
  })

  it('gives each run fresh globals and fresh modules', async () => {
    const code = 'let calls = 0; exports.main = () => { global.a = (global.a ?? 0) + 1; return [a, ++calls] }'
    expect(await value(code)).toEqual([1, 1])
    expect(await value(code)).toEqual([1, 1])
  })

  it('shows the context as globals, and nothing of the host', async () => {
    const context = { setting: { deep: [1] } }
    expect(await value({ code: returning('[setting.deep, Object.keys(globalThis)]'), context })).toEqual([
      [1],
      ['setting'],
    ])
    expect(
      await value(returning('[typeof process, typeof require("./main.js"), typeof fetch, typeof Buffer]')),
    ).toEqual(['undefined', 'object', 'undefined', 'undefined'])
  })

  it('calls the function on its exports', async () => {
    expect(await value('exports.helper = () => 7; exports.main = function () { return this.helper() }')).toBe(
      7,
    )
  })

  it('tells the name, message and guest frames of what the guest threw', async () => {
    const code =
      'class Oops extends Error { name = "Oops" }\nfunction inner() { throw new Oops("no") }\nexports.main = () => [1].map(inner)'
    expect(await failure(code)).toEqual({
      status: 'failed',
      code: 'GUEST_ERROR',
      name: 'Oops',
      message: 'no',
      stack:
        'Oops: no\n    at inner (/main.js:2:26)\n    at Array.map (<anonymous>)\n    at exports.main (/main.js:3:26)',
    })
  })

  it.each([
    ['a rejection', 'async () => { throw new TypeError("late") }', { name: 'TypeError', message: 'late' }],
    ['a string', '() => { throw "text" }', { name: 'Error', message: 'text' }],
    ['undefined', '() => { throw undefined }', { name: 'Error', message: 'undefined' }],
    [
      'an object whose getters throw',
      '() => { throw { get name() { throw 1 }, get message() { throw 2 }, get stack() { throw 3 } } }',
      { name: 'Error' },
    ],
    ['a proxy that throws', '() => { throw new Proxy({}, { get() { throw 1 } }) }', { name: 'Error' }],
  ])('reports %s that was thrown as failed', async (_, func, error) => {
    expect(await failure(`exports.main = ${func}`)).toMatchObject({
      status: 'failed',
      code: 'GUEST_ERROR',
      ...error,
    })
  })

  it('refuses a file that the bundle does not hold', async () => {
    const run = {
      bundle: createBundle({}),
      call: newCall({ file: '/gone.js' }),
      tenant: 'acme',
    }
    expect(await sandbox.run(run)).toMatchObject({
      status: 'refused',
      error: { code: 'FILE_NOT_FOUND', message: 'The bundle holds no file "/gone.js"' },
    })
  })

  it.each([
    ['exports.other = 1', 'EXPORT_NOT_FOUND', '"/main.js" exports nothing named "main"'],
    ['exports.main = 5', 'EXPORT_NOT_FUNCTION', '"main" of "/main.js" is a number, expected a function'],
    ['exports.main = {}', 'EXPORT_NOT_FUNCTION', '"main" of "/main.js" is an object, expected a function'],
    ['exports.main = null', 'EXPORT_NOT_FUNCTION', '"main" of "/main.js" is null, expected a function'],
  ])('refuses %s', async (code, errorCode, message) => {
    expect(await failure(code)).toMatchObject({ status: 'refused', code: errorCode, message })
  })

  it.each([
    ['(() => {})', 'result is a function'],
    ['({ a: [1, { b: Symbol() }] })', 'result.a[1].b is a symbol'],
    ['[1n]', 'result[0] is a BigInt'],
    ['{ const a = {}; a.b = [{ a }]; return a }', 'result.b[0].a refers back to result'],
    ['{ let a = 1; for (let i = 0; i < 1e5; i++) a = [a]; return a }', 'it is nested too deeply'],
    ['({ a: { toJSON() { throw new Error("mine") } } })', 'result.a has a toJSON that threw: mine'],
    ['({ get a() { return new Date(NaN).toISOString() } })', 'result.a cannot be read: Invalid time value'],
    ['[{ a: Promise.resolve(1) }]', 'result[0].a is a promise: await it'],
    ['({ a: new (class extends Promise {})(() => {}) })', 'result.a is a promise: await it'],
    ['({ a: new (class { then() {} })() })', 'result.a is a promise: await it'],
    ['(function* () { yield 1 })()', 'result is an iterator: return [...iterator]'],
    ['({ a: new Map().keys() })', 'result.a is an iterator'],
    [
      '(async function* () { yield 1 })()',
      'result is an async iterator: return await Array.fromAsync(iterator)',
    ],
    ['({ a: [new Map([[1, 2]])] })', 'result.a[0] is a Map: return [...map] or Object.fromEntries(map)'],
    ['new (class extends Set {})([1])', 'result is a Set: return [...set]'],
    ['[new WeakMap()]', 'result[0] is a WeakMap'],
    ['({ error: new RangeError("low") })', 'result.error is an Error: return its message, or throw it'],
    ['({ error: new DOMException("low") })', 'result.error is an Error'],
    ['/a/', 'result is a RegExp'],
    ['new ArrayBuffer(1)', 'result is an ArrayBuffer'],
    ['new Intl.NumberFormat()', 'result is an instance of NumberFormat without properties of its own'],
    ['[new URLSearchParams("a=1")]', 'result[0] is an instance of URLSearchParams'],
    [
      '[new (class Point { #x = 1; get x() { return this.#x } })()]',
      'result[0] is an instance of Point without properties',
    ],
    ['Object.create({ inherited: 1 })', 'result is an object without properties of its own'],
    ['({ mean: 0 / 0 })', 'result.mean is NaN: return null, a number or a text'],
    ['[[Infinity]]', 'result[0][0] is Infinity'],
    ['-Infinity', 'result is -Infinity'],
    ['({ at: new Date(NaN) })', 'result.at is an invalid Date'],
    ['[Object(1n), Object(Symbol())]', 'result[0] is a BigInt: return a text or a number'],
    [
      '{ let a = [() => {}]; for (let i = 0; i < 1e3; i++) a = { next: a }; return a }',
      '.next[0] is a function',
    ],
  ])('fails a result that JSON cannot carry: %s', async (code, why) => {
    expect(await failure(returning(code))).toMatchObject({
      status: 'failed',
      code: 'RESULT_NOT_JSON',
      message: expect.stringContaining(why) as string,
    })
  })
})
