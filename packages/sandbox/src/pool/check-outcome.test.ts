import {
  resolveLimits,
  usageSchema,
  type BatchResult,
  type EncodedOutcome,
  type Work,
} from '@isolated-runtime/protocol'
import { expect, it, vi } from 'vitest'
import { checkOutcome } from './check-outcome.ts'

const batchWork: Work = { kind: 'batch', items: ['[1]', '[2]'], realms: 'shared' }
const callWork: Work = { kind: 'call', argsJson: '[]' }
const batch = { limits: resolveLimits({ maxResultBytes: 1_000, maxLogBytes: 0 }), work: batchWork }

function outcome(valueJson: string | undefined): EncodedOutcome {
  return { status: 'succeeded', valueJson, logs: [], logsDropped: 0, usage: usageSchema.parse({}) }
}

function reported(reportsJson: string): BatchResult {
  return { status: 'reported', reportsJson, usage: usageSchema.parse({}) }
}

const report = { item: 1, status: 'succeeded', value: 'x'.repeat(900), bytesOut: 902, wallMs: 1, cpuMs: 1 }

/** What is wrong with a batch that gives this; `undefined` if nothing is. */
function problemOf(reportsJson: string): string | undefined {
  try {
    checkOutcome(reported(reportsJson), batch)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

it('accepts the reports of a batch up to the bytes they may have, and not one more', () => {
  const json = JSON.stringify([report])
  const [, most] = /the most allowed is (\d+)/.exec(problemOf(json.padEnd(10_000_000)) ?? '') ?? []
  const maxBytes = Number(most)
  expect(problemOf(json)).toBeUndefined()
  expect(problemOf(json.padEnd(maxBytes))).toBeUndefined()
  expect(problemOf(json.padEnd(maxBytes + 1))).toBe(
    `a value of ${maxBytes + 1} bytes, the most allowed is ${maxBytes}`,
  )
})

it.each([
  ['no reports', ''],
  ['no JSON', '[{]'],
  ['reports in another form', '[{"item":0}]'],
  ['a status that no item can have', '[{"item":0,"status":"expired","wallMs":1,"cpuMs":1}]'],
  ['more bytes than its items may give', `["${'x'.repeat(5_000_000)}"]`],
])('takes a batch with %s for the work of a hostile cell', (_, reportsJson) => {
  expect(() => checkOutcome(reported(reportsJson), batch)).toThrow(/report of a batch|a value of \d+ bytes/)
})

it('builds nothing of what guests gave', () => {
  const keys = JSON.stringify(
    Object.fromEntries(Array.from({ length: 95_000 }, (_, key) => [`k${key}`, key])),
  )
  const reports = `[${JSON.stringify({ ...report, value: 1 }).replace('"value":1', `"value":${keys}`)}]`
  const limits = resolveLimits({ maxResultBytes: 4_000_000 })
  const parse = vi.spyOn(JSON, 'parse')
  try {
    checkOutcome(outcome(keys), { limits, work: callWork })
    checkOutcome(reported(reports), { limits, work: batchWork })
    expect(Math.max(0, ...parse.mock.calls.map(([text]) => text.length))).toBeLessThan(1_000)
  } finally {
    parse.mockRestore()
  }
  expect(() => checkOutcome(outcome(`${keys}}`), { limits, work: callWork })).toThrow('not JSON')
})

it('takes a result of the other kind of work for that of a hostile cell', () => {
  const { limits } = batch
  expect(() => checkOutcome(reported('[]'), { limits, work: callWork })).toThrow('for a single call')
  expect(() => checkOutcome(outcome('1'), { limits, work: batchWork })).toThrow('for a batch')
})
