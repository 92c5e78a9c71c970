import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { format } from 'node:util'
import { runInThisContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../../fixtures/evaluate.ts'

describe('console', () => {
  it.each([
    `'text'`,
    `'two', 'words'`,
    `1, -0, 1n, true, null, undefined, Symbol('s')`,
    `'%s %s %s', 'a', 1n, -0`,
    `'%s', Symbol('s')`,
    `'%s', { toString() { return 'mine' } }`,
    `'%s', { a: { b: 1 } }`,
    `'%d %d %d', '42', 5n, {}`,
    `'%i %i', 42.9, '7px'`,
    `'%f', '1.5x'`,
    `'%j', { a: [1] }`,
    `'%O', { a: { b: { c: { d: 1 } } } }`,
    `'%c%s', 'color: red', 'styled'`,
    `'100%% sure', 1`,
    `'%s and the %x rest', 1, 2, 'three'`,
    `'%s %s', 'one'`,
    `'a', { b: 'c' }, ['d']`,
    `{ a: 1, 'b-c': 'd', [Symbol('e')]: 2 }`,
    `{ a: { b: { c: { d: 1 } } } }`,
    `[[[[1]]]]`,
    `[]`,
    `{}`,
    `[1, , 3]`,
    `Array(5)`,
    `Array.from({ length: 200 }, () => 'x'.repeat(80))`,
    `Object.assign([1], { extra: true })`,
    `Object.create(null)`,
    `new (class Foo { x = 1 })`,
    `new (class extends Map {})([[1, 2]])`,
    `class A {}`,
    `class B extends Map {}`,
    `function named() {}`,
    `() => 1`,
    `async () => 1`,
    `function* generator() {}`,
    `Object.assign(() => 1, { a: 1 })`,
    `new Map([['a', { b: 1 }]])`,
    `new Set(['a', 1])`,
    `new WeakMap()`,
    `/a+/g`,
    `new Date(0)`,
    `new Date(NaN)`,
    `Math, JSON, Reflect, { Intl }`,
    `new Intl.NumberFormat(), [new Intl.Locale('en')]`,
    `(function () { return arguments })(1, 'a')`,
    ...[
      `new AggregateError([new Error('a'), new TypeError('b'), 1], 'all')`,
      `{ failed: new AggregateError([1], 'x') }`,
      `new (class NotFound extends Error {})('no')`,
      `[new (class HTTPError extends RangeError {})('no'), new (class MyTypeError extends TypeError {})()]`,
      `new (class extends (class NotFound extends Error {}) {})('no')`,
      `Object.assign(new (class NotFound extends Error {})('no'), { code: 1 })`,
      `Object.assign(new Error('no'), { name: 'Mine', message: 'no' })`,
      `new (class extends TypeError { get name() { return 'G' } })('m')`,
    ].map((error) => `(Error.stackTraceLimit = 0, ${error})`),
    `new Uint8Array([1, 2, 3])`,
    `new Float64Array(2)`,
    `new ArrayBuffer(3)`,
    `Object(1), Object('s'), Object(1n)`,
    `{ get a() { throw 1 }, set b(v) {}, get c() { return 1 }, set c(v) {} }`,
    `(() => { const a = { b: {} }; a.b.c = a; return a })()`,
    `'it' + "'s", ["it's", 'say "hi"', 'line\\nbreak', '\\u0001']`,
    `{ [Symbol.toStringTag]: 'Tagged' }`,
    `{ a: 'x'.repeat(50), b: 'y'.repeat(50) }`,
    `{ [Symbol.for('nodejs.util.inspect.custom')]: () => 'custom' }`,
    `[undefined, null]`,
    `'x'.repeat(20000)`,
    `['x'.repeat(20000)]`,
  ])('writes %s as Node does', async (values) => {
    const { lines } = await evaluate(`console.log(${values})`)
    expect(lines).toEqual([`info: ${format(...(runInThisContext(`[${values}]`) as unknown[]))}`])
  })

  it('keeps the level of each method', async () => {
    const { lines } = await evaluate(
      `for (const method of ['debug', 'log', 'info', 'warn', 'error', 'dirxml']) console[method](method)`,
    )
    expect(lines).toEqual([
      'debug: debug',
      'info: log',
      'info: info',
      'warn: warn',
      'error: error',
      'info: dirxml',
    ])
  })

  it('asserts, counts, groups and indents', async () => {
    const { lines } = await evaluate(`
      console.assert(true, 'unseen')
      console.assert(false, 'seen %s', 'once')
      console.assert(false)
      console.count(); console.count(); console.count('mine'); console.countReset(); console.count(); console.countReset('none')
      console.group('outer'); console.log('in\\nside'); console.group(); console.log('deep'); console.groupEnd(); console.groupEnd()
      console.log('out')`)
    expect(lines).toEqual([
      'warn: Assertion failed: seen once',
      'warn: Assertion failed',
      'info: default: 1',
      'info: default: 2',
      'info: mine: 1',
      'info: default: 1',
      `warn: Count for 'none' does not exist`,
      'info: outer',
      'info:   in\n  side',
      'info:     deep',
      'info: out',
    ])
  })

  it('measures times', async () => {
    const { lines } = await evaluate(
      `console.time('a'); console.timeLog('a', 'so far'); console.timeEnd('a'); console.timeEnd('a')`,
    )
    expect(lines).toEqual([
      expect.stringMatching(/^info: a: [\d.]+ms so far$/),
      expect.stringMatching(/^info: a: [\d.]+ms$/),
      `warn: No such label 'a' for console.time()`,
    ])
  })

  it('traces where it was called, and shows an error with its stack', async () => {
    const { lines } = await evaluate(
      `function here() { console.trace('seen %d', 1) }; here(); console.log(new TypeError('no'), new Error('why', { cause: 'that' }))`,
    )
    expect(lines).toEqual([
      expect.stringMatching(/^error: Trace: seen 1\n {4}at here /),
      expect.stringMatching(/^info: TypeError: no\n {4}at .*Error: why\n {4}at .*\[cause\]: 'that'\n}$/s),
    ])
  })

  it.each([
    `[{ a: 1, b: 'x' }, { a: 2, c: true }]`,
    `[1, 'two']`,
    `[{ a: 1 }, 5]`,
    `{ one: { a: 1 }, two: { a: 2 } }`,
    `new Map([['k', { a: 1 }]])`,
    `new Set([1, 2])`,
    `5`,
  ])('draws the table of %s', async (data) => {
    const { lines } = await evaluate(`console.table(${data})`)
    let drawn = ''
    const stdout = new Writable({
      write(chunk, _, done) {
        drawn += String(chunk)
        done()
      },
    })
    new Console(stdout).table(runInThisContext(`(${data})`))
    expect(lines).toEqual([`info: ${drawn.trimEnd()}`])
  })

  it.each([
    ['a proxy that throws', `new Proxy({}, { get() { throw 1 }, ownKeys() { throw 2 } })`, '[unprintable]'],
    ['a proxy', `new Proxy({ a: 1 }, {})`, '{ a: 1 }'],
    [
      'what throws when asked how it reads',
      `{ [Symbol.for('nodejs.util.inspect.custom')]() { throw 1 } }`,
      '[unprintable]',
    ],
    ['a getter that must not be called', `{ get a() { globalThis.called = true } }`, '{ a: [Getter] }'],
  ])('survives %s', async (_, value, shown) => {
    const { lines, value: called } = await evaluate(
      `console.log(${value}); return globalThis.called ?? false`,
    )
    expect([lines, called]).toEqual([[`info: ${shown}`], false])
  })

  it('cuts what has no end', async () => {
    const { lines } = await evaluate(`
      const wide = Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => ['key' + i, 'x'.repeat(100)]))
      console.log(wide)`)
    expect(lines[0]?.length).toBeLessThan(300_000)
  })

  it('loses a line rather than the guest when the stack is used up', async () => {
    const { value } = await evaluate(
      `function deeper() { try { console.log('x'); deeper() } catch (e) { return e instanceof RangeError } } return deeper() !== false`,
    )
    expect(value).toBe(true)
  })
})
