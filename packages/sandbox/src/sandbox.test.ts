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
    ['({ toJSON() { throw new Error("mine") } })', 'mine'],
    ['({ get a() { return new Date(NaN).toISOString() } })', 'Invalid time value'],
  ])('fails a result that JSON cannot carry: %s', async (code, why) => {
    expect(await failure(returning(code))).toMatchObject({
      status: 'failed',
      code: 'RESULT_NOT_JSON',
      message: expect.stringContaining(why) as string,
    })
  })
})
