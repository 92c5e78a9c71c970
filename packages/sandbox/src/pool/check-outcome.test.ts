import { resolveLimits, usageSchema, type EncodedOutcome } from '@isolated-runtime/protocol'
import { expect, it, vi } from 'vitest'
import { checkOutcome } from './check-outcome.ts'

const chunk = { limits: resolveLimits({ maxResultBytes: 1_000, maxLogBytes: 0 }), items: ['[1]', '[2]'] }

function outcome(valueJson: string | undefined): EncodedOutcome {
  return { status: 'succeeded', valueJson, logs: [], logsDropped: 0, usage: usageSchema.parse({}) }
}

const report = { item: 1, status: 'succeeded', value: 'x'.repeat(900), bytesOut: 902, wallMs: 1, cpuMs: 1 }

/** What is wrong with a chunk that gives this; `undefined` if nothing is. */
function problemOf(valueJson: string): string | undefined {
  try {
    checkOutcome(outcome(valueJson), chunk)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

it('accepts the reports of a chunk up to the bytes they may have, and not one more', () => {
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
  ['no reports', undefined],
  ['no JSON', '[{]'],
  ['reports in another form', '[{"item":0}]'],
  ['a status that no item can have', '[{"item":0,"status":"expired","wallMs":1,"cpuMs":1}]'],
  ['more bytes than its items may give', `["${'x'.repeat(5_000_000)}"]`],
])('takes a chunk with %s for the work of a hostile cell', (_, valueJson) => {
  expect(() => checkOutcome(outcome(valueJson), chunk)).toThrow(/report of a chunk|a value of \d+ bytes/)
})

it('builds nothing of what guests gave', () => {
  const keys = JSON.stringify(
    Object.fromEntries(Array.from({ length: 95_000 }, (_, key) => [`k${key}`, key])),
  )
  const reports = `[${JSON.stringify({ ...report, value: 1 }).replace('"value":1', `"value":${keys}`)}]`
  const limits = resolveLimits({ maxResultBytes: 4_000_000 })
  const parse = vi.spyOn(JSON, 'parse')
  try {
    checkOutcome(outcome(keys), { limits, items: undefined })
    checkOutcome(outcome(reports), { limits, items: ['[1]', '[2]'] })
    expect(Math.max(0, ...parse.mock.calls.map(([text]) => text.length))).toBeLessThan(1_000)
  } finally {
    parse.mockRestore()
  }
  expect(() => checkOutcome(outcome(`${keys}}`), { limits, items: undefined })).toThrow('not JSON')
})
