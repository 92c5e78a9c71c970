import { itemReportsSchema, parseJson, type BatchResult, type ItemReport } from '@isolated-runtime/protocol'
import { expect, it } from 'vitest'
import { endedByItem } from './batch-result.ts'
import { timedOut } from './outcomes.ts'

const report = (item: number, cpuMs: number): string =>
  JSON.stringify({ item, status: 'succeeded', value: item, bytesOut: 1, wallMs: 1, cpuMs })

function reportsOf({ reportsJson }: BatchResult): ItemReport[] {
  return parseJson(itemReportsSchema, reportsJson, 'report of a batch', 'INVALID_MESSAGE')
}

it('keeps what is known of the items before the one that ended the batch', () => {
  const failure = timedOut(100, 120)
  const outcome = endedByItem(`${report(0, 1)},${report(1, 1)}`, 2, failure)
  expect(reportsOf(outcome)).toMatchObject([
    { item: 0, value: 0 },
    { item: 1, value: 1 },
    { item: 2, status: 'timed-out', error: { code: 'TIMED_OUT' }, wallMs: 120 },
  ])
  expect(reportsOf(endedByItem('', 0, failure))).toMatchObject([{ item: 0, status: 'timed-out' }])
})
