import { decodeOutcome, valueOf, type RunError } from '@isolated-runtime/protocol'
import { afterAll, describe, expect, it } from 'vitest'
import { callGuest, SMALL } from './fixtures/call-guest.ts'
import { Sandbox } from './index.ts'

describe('what a guest throws', () => {
  const sandbox = Sandbox.start(SMALL)
  afterAll(() => sandbox.close())

  /** What is told of what the statements throw. */
  async function told(statements: string): Promise<RunError> {
    const outcome = decodeOutcome(
      await callGuest(sandbox, { code: `exports.main = () => { ${statements} }` }),
    )
    if (outcome.status === 'succeeded') throw new Error('It succeeded')
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'GUEST_ERROR' } })
    expect(() => valueOf(outcome)).toThrow(expect.objectContaining({ code: 'GUEST_ERROR' }))
    return outcome.error
  }

  it('keeps its chain of causes, each with its stack', async () => {
    const error = await told(`
      const low = new RangeError('low')
      const middle = new TypeError('middle', { cause: low })
      throw new Error('high', { cause: middle })`)
    expect(error).toMatchObject({
      name: 'Error',
      message: 'high',
      cause: {
        kind: 'error',
        name: 'TypeError',
        message: 'middle',
        stack: expect.stringMatching(/^TypeError: middle\n {4}at exports.main \(\/main.js:3:22\)$/),
        cause: { kind: 'error', name: 'RangeError', message: 'low' },
      },
    })
  })

  it('keeps the errors of an AggregateError, and a cause that is no error', async () => {
    const error = await told(`
      throw new AggregateError([new TypeError('one'), 'two', { three: 3 }, () => {}], 'all', { cause: { status: 404 } })`)
    expect(error).toMatchObject({
      name: 'AggregateError',
      cause: { kind: 'value', text: '{"status":404}', value: { status: 404 } },
      errors: [
        { kind: 'error', name: 'TypeError', message: 'one' },
        { kind: 'value', text: 'two', value: 'two' },
        { kind: 'value', value: { three: 3 } },
        { kind: 'value', text: '() => {}' },
      ],
    })
    expect(error.errors?.[3]).not.toHaveProperty('value')
  })

  it.each<[string, string, unknown, string]>([
    [
      'an object',
      '{ code: 42, list: [1, null] }',
      { code: 42, list: [1, null] },
      '{"code":42,"list":[1,null]}',
    ],
    [
      'an object with a message',
      '{ message: "no stock", item: 3 }',
      { message: 'no stock', item: 3 },
      'no stock',
    ],
    ['text', '"text"', 'text', 'text'],
    ['a number', '42', 42, '42'],
    ['null', 'null', null, 'null'],
    ['a Date', 'new Date(0)', '1970-01-01T00:00:00.000Z', '"1970-01-01T00:00:00.000Z"'],
  ])('keeps %s that is no error as its value', async (_, thrown, value, message) => {
    expect(await told(`throw ${thrown}`)).toEqual({
      code: 'GUEST_ERROR',
      name: 'Error',
      message,
      thrown: value,
    })
  })

  it.each([
    ['undefined', 'undefined', 'undefined'],
    ['a symbol', 'Symbol("s")', 'Symbol(s)'],
    ['a BigInt', '10n', '10'],
    ['a function', 'function no() {}', 'function no() {}'],
    ['an object with a cycle', '(() => { const a = {}; a.a = a; return a })()', '[object Object]'],
    ['what is too large', '{ text: "x".repeat(10_000) }', '[object Object]'],
  ])('keeps %s, which JSON cannot carry, as its text', async (_, thrown, message) => {
    expect(await told(`throw ${thrown}`)).toEqual({ code: 'GUEST_ERROR', name: 'Error', message })
  })

  it('keeps what the guest added to its error, as far as JSON can carry it', async () => {
    const error = await told(`
      const error = Object.assign(new Error('no stock'), {
        code: 'E_STOCK', item: { id: 3 }, retry() {}, big: 1n, long: 'x'.repeat(5_000),
      })
      throw Object.defineProperty(error, 'broken', { enumerable: true, get() { throw 1 } })`)
    expect(error.properties).toEqual({
      code: 'E_STOCK',
      item: { id: 3 },
      big: '1n',
      long: `${'x'.repeat(1_024)}…`,
      broken: '[unreadable]',
    })
  })

  it('keeps the rest of a property that JSON cannot carry whole, as of the error of an HTTP client', async () => {
    const error = await told(`
      const request = { method: 'GET', headers: new Map([['a', 1]]), agent: Promise.resolve(), sent: new Date(0) }
      const config = { url: '/a', adapter() {}, retries: [1, () => {}, 2n, NaN], signal: { get aborted() { throw 1 } } }
      request.response = { request }
      const response = { status: 404, data: { reason: 'gone', text: 'x'.repeat(5_000) }, config, request, cause: new TypeError('low') }
      throw Object.assign(new Error('Request failed'), { code: 'ERR_BAD_REQUEST', response })`)
    expect(error.properties).toEqual({
      code: 'ERR_BAD_REQUEST',
      response: {
        status: 404,
        data: { reason: 'gone', text: `${'x'.repeat(1_024)}…` },
        config: { url: '/a', retries: [1, null, '2n', 'NaN'], signal: { aborted: '[unreadable]' } },
        request: {
          method: 'GET',
          headers: '[a Map]',
          agent: '[a promise]',
          sent: '1970-01-01T00:00:00.000Z',
          response: { request: '[Circular]' },
        },
        cause: { name: 'TypeError', message: 'low' },
      },
    })
  })

  it('cuts what a guest added that is deep, wide or long', async () => {
    const error = await told(`
      let deep = () => {}
      for (let depth = 0; depth < 1e5; depth++) deep = { deep }
      const wide = Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => ['k' + i, 1n]))
      throw Object.assign(new Error('large'), { deep, wide, list: new Array(1e5).fill(2n), last: 'kept' })`)
    expect(error.properties).toMatchObject({
      deep: { deep: { deep: { deep: { deep: { deep: { deep: { deep: { deep: '[Object]' } } } } } } } },
      wide: { k0: '1n', '…': '[cut]' },
      list: expect.arrayContaining(['2n', '[cut]']) as unknown,
      last: 'kept',
    })
    expect(JSON.stringify(error).length).toBeLessThan(65_536)
  })

  it('keeps both errors of a SuppressedError, the one of the disposal first', async () => {
    const error = await told(`
      using resource = { [Symbol.dispose]() { throw new Error('closing failed') } }
      throw new RangeError('the real reason')`)
    expect(error).toMatchObject({
      name: 'SuppressedError',
      errors: [
        { kind: 'error', name: 'Error', message: 'closing failed' },
        { kind: 'error', name: 'RangeError', message: 'the real reason' },
      ],
    })
  })

  it.each([
    ['class NotFound extends Error {} throw new NotFound("no")', 'NotFound'],
    ['class NotFound extends TypeError {} class Page extends NotFound {} throw new Page("no")', 'Page'],
    ['class NotFound extends Error { name = "Mine" } throw new NotFound("no")', 'Mine'],
    ['class A extends Error {} A.prototype.name = "Mine"; class B extends A {} throw new B("no")', 'Mine'],
    ['throw new (class extends Error {})("no")', 'Error'],
    ['class A extends Error { static name() {} } throw new A("no")', 'Error'],
    [
      'function Old() {} Old.prototype = Object.create(Error.prototype); Old.prototype.constructor = Old; throw new Old()',
      'Old',
    ],
  ])('is named by its class where it has no name: %s', async (statements, name) => {
    const error = await told(statements)
    expect(error.name).toBe(name)
    expect(error.stack ?? name).toMatch(new RegExp(`^${name}`))
  })

  it('cuts a long message with a mark, and keeps the frames', async () => {
    const error = await told('throw new Error("x".repeat(20_000))')
    expect(error.message).toBe(`${'x'.repeat(8_192)}… (20000 characters)`)
    expect(error.stack).toContain('at exports.main (/main.js:1:')
  })

  it('takes for an error what inherits from one in the old way', async () => {
    const error = await told(`
      function Old(message) { this.message = message }
      Old.prototype = Object.create(Error.prototype, { name: { value: 'Old' } })
      throw new Old('style')`)
    expect(error).toMatchObject({ name: 'Old', message: 'style' })
    expect(error).not.toHaveProperty('thrown')
  })

  it.each([
    [
      'is its own cause',
      'const e = new Error("round"); e.cause = e; throw e',
      { kind: 'value', text: '[Circular]' },
    ],
    [
      'is the cause of its cause',
      'const a = new Error("a"); const b = new Error("b", { cause: a }); a.cause = b; throw a',
      { kind: 'error', message: 'b', cause: { kind: 'value', text: '[Circular]' } },
    ],
  ])('that %s comes to an end', async (_, statements, cause) => {
    expect((await told(statements)).cause).toMatchObject(cause)
  })

  it.each([
    [
      'causes without end',
      'class E extends Error { get cause() { return make() } }; const make = () => Object.defineProperty(new Error("e"), "cause", { get: make }); throw make()',
    ],
    [
      'errors in errors without end',
      'const make = () => Object.defineProperty(new Error(""), "errors", { get: () => Array.from({ length: 99 }, make) }); Error.stackTraceLimit = 0; throw make()',
    ],
    ['a million errors', 'throw new AggregateError(new Array(1e6).fill(new Error("x".repeat(100))), "many")'],
    [
      'a stack of a million lines',
      'throw Object.assign(new Error("s"), { stack: "    at main (/main.js:1:1)\\n".repeat(1e6) })',
    ],
    [
      'a hundred thousand properties',
      'const e = new Error("p"); for (let i = 0; i < 1e5; i++) e["p" + i] = i; throw e',
    ],
    [
      'a name, a message and a stack of megabytes',
      'const big = "\\u0001".repeat(2e6); throw Object.assign(new Error(big), { name: big, stack: big })',
    ],
  ])('with %s is cut', async (_, statements) => {
    expect(JSON.stringify(await told(statements)).length).toBeLessThan(400_000)
  })

  it.each([
    [
      'getters that throw',
      'throw Object.defineProperties(new Error(), Object.fromEntries(["name", "message", "stack", "cause", "errors", "code"].map((key) => [key, { get() { throw 1 }, enumerable: true }])))',
    ],
    [
      'a proxy of an error whose traps throw',
      'throw new Proxy(new Error("inner"), new Proxy({}, { get() { throw 1 } }))',
    ],
    ['a revoked proxy', 'const { proxy, revoke } = Proxy.revocable(new Error(), {}); revoke(); throw proxy'],
    [
      'a revoked proxy as cause',
      'const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw new Error("e", { cause: proxy })',
    ],
    ['prototypes without end', 'const proxy = new Proxy({}, { getPrototypeOf: () => proxy }); throw proxy'],
    [
      'errors that are a proxy that lies about its length',
      'throw Object.assign(new Error(), { errors: new Proxy([], { get: (_, key) => key === "length" ? 1e9 : new Error("x") }) })',
    ],
    ['a toJSON that throws', 'throw { toJSON() { throw 1 } }'],
    [
      'patched builtins',
      'JSON.stringify = Reflect.ownKeys = String.prototype.slice = Array.isArray = Error.isError = () => { throw 1 }; Array.prototype.toJSON = () => "patched"; Object.prototype.toJSON = () => "patched"; throw new AggregateError([new Error("one")], "two")',
    ],
    [
      'properties named __proto__ and constructor',
      'throw Object.defineProperty(new Error("e"), "__proto__", { value: { polluted: 1 }, enumerable: true })',
    ],
  ])('with %s is told all the same', async (_, statements) => {
    await told(statements)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})
