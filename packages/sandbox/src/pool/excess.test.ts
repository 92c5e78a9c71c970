import { resolveLimits, unsuccessful, usageSchema, IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { expect, it } from 'vitest'
import { excessOf } from './excess.ts'

const limits = resolveLimits({ maxResultBytes: 10, maxLogBytes: 100 })
const report = { logs: [], logsDropped: 0, usage: usageSchema.parse({}) }
const line = { level: 'info', time: 0, text: 'x'.repeat(30) } as const

it('finds nothing in outcomes within their limits', () => {
  expect(excessOf({ status: 'succeeded', valueJson: '"12345678"', ...report }, limits)).toBeUndefined()
  expect(excessOf({ status: 'succeeded', ...report, logs: [line] }, limits)).toBeUndefined()
})

it('finds results, logs and errors that no honest cell would send', () => {
  const error = new IsolatedRuntimeError('GUEST_ERROR', 'x'.repeat(70_000))
  expect(excessOf({ status: 'succeeded', valueJson: '"123456789"', ...report }, limits)).toBe(
    'a result of 11 bytes, allowed are 10',
  )
  expect(excessOf({ status: 'succeeded', ...report, logs: [line, line] }, limits)).toBe(
    'logs of 124 bytes, allowed are 100',
  )
  expect(excessOf(unsuccessful('failed', error), limits)).toBe('an error of 70020 characters')
})
