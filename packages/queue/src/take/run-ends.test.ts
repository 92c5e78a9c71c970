import { usageSchema, type EncodedOutcome } from '@isolated-runtime/protocol'
import { expect, it } from 'vitest'
import { newRun, reported, succeeded } from '../fixtures/runs.ts'
import { endsOf } from './run-ends.ts'

const crashed: EncodedOutcome = {
  status: 'crashed',
  error: { code: 'CRASHED', name: 'IsolatedRuntimeError', message: 'it died' },
  logs: [],
  logsDropped: 0,
  usage: usageSchema.parse({}),
}

it('a run of one call ends as its outcome says', () => {
  expect(endsOf(newRun(), succeeded([{ status: 'failed' }]))).toEqual({ succeeded: 1 })
  expect(endsOf(newRun(), crashed)).toEqual({ crashed: 1 })
  expect(endsOf('malformed', crashed)).toEqual({ crashed: 1 })
})

it('the calls of a batch end as its report says, those that are missing do not', () => {
  const reports = ['succeeded', 'failed', 'succeeded', 'timed-out'].map((status, item) => ({ item, status }))
  const ends = endsOf(newRun({ items: ['[1]', '[2]'] }), reported(reports))
  expect(ends).toEqual({ succeeded: 2, failed: 1, 'timed-out': 1 })
})

it('what ends a batch as a whole is told in a word', () => {
  expect(endsOf(newRun({ items: ['[1]', '[2]'] }), crashed)).toBe('crashed')
})

it.each(['[{"status":"unheard of"}]', '{}', 'no JSON'])(
  'a report like %s counts as trouble',
  (reportsJson) => {
    expect(endsOf(newRun({ items: ['[1]', '[2]'] }), { ...reported([]), reportsJson })).toBe('trouble')
  },
)
