import { expect, test } from 'vitest'
import { z } from 'zod'
import { parse } from './parse.ts'
import { localRunRequestSchema } from './run-request.ts'
import { nearest } from './unknown-keys.ts'

const request = { folder: './rules', file: 'a.js', funcName: 'f' }

test.for<[title: string, input: object, problem: string]>([
  ['a typing error', { ...request, arg: [1] }, 'unknown key "arg", did you mean "args"?'],
  [
    'a key of an inner object',
    { ...request, timeoutMs: 5 },
    'unknown key "timeoutMs", it belongs in "limits"',
  ],
  [
    'a key like one of an inner object',
    { ...request, timeout: 5 },
    'unknown key "timeout", did you mean "limits.timeoutMs"?',
  ],
  [
    'a key of an inner object, cut short',
    { ...request, limits: { timeout: 5 } },
    '"limits": unknown key "timeout", did you mean "timeoutMs"?',
  ],
  [
    'several keys',
    { ...request, tennant: 'a', memoryMb: 64 },
    'unknown key "tennant", did you mean "tenant"?, unknown key "memoryMb", it belongs in "limits"',
  ],
  [
    'a key of the object around',
    { ...request, limits: { realm: 'warm' } },
    '"limits": unknown key "realm", it belongs one level up',
  ],
])('an unknown key is told with the one that was meant: %s', ([, input, problem]) => {
  const parsing = () => parse(localRunRequestSchema, input, 'run request', 'INVALID_REQUEST')
  expect(parsing).toThrow(`Invalid run request: ${problem}`)
})

test('a key like no other is told with the keys there are', () => {
  const schema = z.strictObject({ every: z.string(), cron: z.string() })
  const parsing = () => parse(schema, { every: '', cron: '', zzz: 1 }, 'schedule', 'INVALID_REQUEST')
  expect(parsing).toThrow('Invalid schedule: unknown key "zzz"; known are "every", "cron"')
})

test('one error lists all problems of a request, those between fields included', () => {
  const { message } = thrownBy({ args: 1, tennant: 'a' })
  for (const problem of ['"funcName"', '"args"', '"tennant"', '"folder" and "source"', '"file"']) {
    expect(message).toContain(problem)
  }
})

test.for([
  ['/a', ['/a.ts', '/b.ts'], '/a.ts'],
  ['/A.ts', ['/a.ts', '/b.ts'], '/a.ts'],
  ['okk', ['ok', 'default'], 'ok'],
  ['price', ['ok', 'default'], undefined],
  ['x', [], undefined],
] as const)('the name nearest to "%s" in %o is %s', ([name, names, found]) => {
  expect(nearest(name, names)).toBe(found)
})

function thrownBy(input: object): Error {
  try {
    parse(localRunRequestSchema, input, 'run request', 'INVALID_REQUEST')
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('The request was accepted')
}
