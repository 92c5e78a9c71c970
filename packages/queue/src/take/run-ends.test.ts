import { usageSchema, type EncodedOutcome } from '@isolated-runtime/protocol'
import { expect, it } from 'vitest'
import { succeeded } from '../fixtures/runs.ts'
import { endsOf } from './run-ends.ts'

const crashed: EncodedOutcome = {
  status: 'crashed',
  error: { code: 'CRASHED', name: 'IsolatedRuntimeError', message: 'it died' },
  logs: [],
  logsDropped: 0,
  usage: usageSchema.parse({}),
}

it('a run that is no chunk ends as its outcome says', () => {
  expect(endsOf({}, succeeded([{ status: 'failed' }]))).toEqual({ succeeded: 1 })
  expect(endsOf({}, crashed)).toEqual({ crashed: 1 })
})

it('the calls of a chunk end as its report says, those that are missing do not', () => {
  const reports = ['succeeded', 'failed', 'succeeded', 'timed-out'].map((status, item) => ({ item, status }))
  expect(endsOf({ items: [] }, succeeded(reports))).toEqual({ succeeded: 2, failed: 1, 'timed-out': 1 })
})

it('what ends a chunk as a whole is told in a word', () => {
  expect(endsOf({ items: ['[1]', '[2]'] }, crashed)).toBe('crashed')
})

it.each(['[{"status":"unheard of"}]', '{}', 'no JSON'])(
  'a report like %s counts as one word for all',
  (valueJson) => {
    expect(endsOf({ items: [] }, { ...succeeded([]), valueJson } as EncodedOutcome)).toBe('succeeded')
  },
)
