import { describe, expect, it } from 'vitest'
import { encodeCall, localRunRequestSchema, parseRequest } from './run-request.ts'
import { LIMITS } from './limits.ts'

const request = { folder: './modules', file: 'rules/vat.js', funcName: 'vat', args: [1, 'two'] }

function encode(changes: object) {
  const { folder: _, ...fields } = parseRequest(localRunRequestSchema, { ...request, ...changes })
  return encodeCall(fields)
}

const hopeless = { folder: 1, file: '', args: 'no', fil: 2, limits: { timeoutMs: Number.NaN } }
const parseHopeless = (): unknown => parseRequest(localRunRequestSchema, hopeless)

describe('a run request', () => {
  it('is completed with defaults and turned into text', () => {
    expect(encode({ context: { rate: 0.2 } })).toEqual({
      file: '/rules/vat.js',
      funcName: 'vat',
      work: { kind: 'call', argsJson: '[1,"two"]' },
      contextJson: '{"rate":0.2}',
      freezeContext: false,
      realm: 'fresh',
      limits: Object.fromEntries(Object.entries(LIMITS).map(([name, limit]) => [name, limit.default])),
    })
  })

  it('is refused with every problem in one message', () => {
    expect(parseHopeless).toThrow(/^Invalid run request: /)
    for (const problem of ['"folder"', '"file"', '"funcName"', '"args"', '"fil"', '"limits.timeoutMs"']) {
      expect(parseHopeless).toThrow(problem)
    }
  })

  it.each([
    ['an unknown key', { timeout: 5 }, 'unknown key "timeout"'],
    ['a missing function', { funcName: undefined }, '"funcName": expected a string, found undefined'],
    [
      'a timeout that is NaN',
      { limits: { timeoutMs: Number.NaN } },
      '"limits.timeoutMs": expected a number, found NaN',
    ],
    [
      'a negative timeout',
      { limits: { timeoutMs: -1 } },
      '"limits.timeoutMs": expected at least 1, found -1',
    ],
    ['an infinite timeout', { limits: { timeoutMs: Infinity } }, '"limits.timeoutMs"'],
    ['a fraction of a megabyte', { limits: { memoryMb: 64.5 } }, '"limits.memoryMb"'],
    [
      'a timeout that no timer can wait for',
      { limits: { timeoutMs: 2 ** 31 } },
      '"limits.timeoutMs": expected at most 2000000000, found 2147483648',
    ],
    [
      'a limit over its ceiling',
      { limits: { timeoutMs: 10_000_000 } },
      '"limits.timeoutMs" is 10000000, the most allowed is 900000',
    ],
    ['an unknown limit', { limits: { timeout: 5 } }, '"limits": unknown key "timeout"'],
    [
      'a tenant with a line break',
      { tenant: 'ac\nme' },
      '"tenant": expected a tenant of 1 to 256 characters without line breaks and other control characters',
    ],
    [
      'a context that redefines undefined',
      { context: { undefined: 1 } },
      '"context": expected names of globals other than undefined',
    ],
    [
      'a realm there is none of',
      { realm: 'cold' },
      '"realm": expected one of "fresh", "hardened", "warm", found "cold"',
    ],
    ['args that are no list', { args: { 0: 1 } }, '"args": expected an array, found an object'],
  ])('with %s is refused', (_, changes, message) => {
    expect(() => encode(changes)).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringContaining(message) }),
    )
  })

  it.each([
    ['../secret.js', 'leaves the folder'],
    ['rules/../../secret.js', 'leaves the folder'],
    ['/etc/passwd', 'is absolute'],
    ['C:/secret.js', 'is absolute'],
    ['file:secret.js', 'is a URL'],
    ['%2e%2e/secret.js', 'is percent-encoded'],
    ['..%2fsecret.js', 'is percent-encoded'],
    ['..\\secret.js', 'holds a backslash or a control character'],
    ['a\u0000.js', 'holds a backslash or a control character'],
    ['./', 'names no file'],
  ])('for the file %j is refused: it %s', (file, why) => {
    expect(() => encode({ file })).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', message: expect.stringContaining(why) }),
    )
  })

  it.each([
    ['a function', [1, { deep: [() => 1] }], 'args[1].deep[0] is a function'],
    ['a BigInt', [1n], 'args[0] is a BigInt'],
    ['a symbol', [{ a: Symbol('s') }], 'args[0].a is a symbol'],
  ])('with %s in its arguments says where', (_, args, place) => {
    expect(() => encode({ args })).toThrow(
      expect.objectContaining({
        code: 'ARGUMENTS_NOT_JSON',
        message: `The arguments cannot be sent as JSON: ${place}`,
      }),
    )
  })

  it('with a cycle in its arguments or context says where', () => {
    const cycle: { self?: unknown } = {}
    cycle.self = { back: cycle }
    expect(() => encode({ args: [cycle] })).toThrow(
      'The arguments cannot be sent as JSON: args[0].self.back refers back to args[0]',
    )
    expect(() => encode({ context: { cycle } })).toThrow(
      'The context cannot be sent as JSON: context.cycle.self.back refers back to context.cycle',
    )
  })

  it('with arguments that are nested too deeply says so', () => {
    let deep: unknown = 1
    for (let depth = 0; depth < 100_000; depth++) deep = [deep]
    expect(() => encode({ args: [deep] })).toThrow(
      'The arguments cannot be sent as JSON: they are nested too deeply',
    )
  })

  it('may hold the same object twice where there is no cycle', () => {
    const shared = { n: 1 }
    expect(encode({ args: [shared, [shared, shared]] }).work.argsJson).toBe('[{"n":1},[{"n":1},{"n":1}]]')
  })

  it('with 10 MB of arguments is refused with the figure', () => {
    expect(() => encode({ args: ['x'.repeat(10_000_000)] })).toThrow(
      expect.objectContaining({
        code: 'ARGUMENTS_TOO_LARGE',
        message: expect.stringContaining('are 10000004 bytes of JSON, the most allowed is 1048576'),
      }),
    )
  })
})
