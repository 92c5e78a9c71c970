import { expect, test } from 'vitest'
import { succeeded } from '../fixtures/runs.ts'
import { outcomeFields, parseReply, troubleFields } from './reply.ts'

test('an outcome arrives as it was sent', () => {
  const outcome = succeeded({ a: 1 })
  expect(parseReply(outcomeFields('r', JSON.stringify(outcome)))).toEqual({
    jobId: 'r',
    shard: 0,
    result: { kind: 'outcome', outcome },
  })
})

test('a large outcome is announced only', () => {
  expect(parseReply(outcomeFields('r', 'x'.repeat(50_000)))).toEqual({
    jobId: 'r',
    shard: 0,
    result: undefined,
  })
})

test.for([
  ['CLOSED: It was closed\nfor good', 'CLOSED', 'It was closed\nfor good'],
  [
    'the queue was obliterated',
    'SANDBOX_FAILED',
    'Run "r" was given up by the executors: the queue was obliterated',
  ],
  ['NO_SUCH_CODE: what', 'SANDBOX_FAILED', 'Run "r" was given up by the executors: NO_SUCH_CODE: what'],
] as const)('trouble arrives as an error with a code: %s', ([reason, code, message]) => {
  expect(parseReply(troubleFields('r', reason))?.result).toMatchObject({
    kind: 'trouble',
    error: { code, message },
  })
})

test('an entry that is no reply is none', () => {
  expect(parseReply(['client', 'c'])).toBeUndefined()
})

test.for(['{}', 'garbage', '{"status":"succeeded"}'])('an outcome that is none is refused: %s', (json) => {
  expect(() => parseReply(['run', 'r', 'outcome', json])).toThrow('Invalid reply for run "r"')
})
