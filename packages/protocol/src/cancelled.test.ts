import { expect, test } from 'vitest'
import { cancelled, cancelReason } from './cancelled.ts'

test.for([
  [undefined, ''],
  ['enough', 'enough'],
  [new Error('no more'), 'no more'],
  [{ a: 1 }, '{ a: 1 }'],
  [Object.create(null), '[Object: null prototype] {}'],
  [Symbol('s'), 'Symbol(s)'],
] as const)('a reason may be anything: %s', ([reason, words]) => {
  expect(cancelReason(reason)).toBe(words)
})

test('a long reason is cut', () => {
  expect(cancelReason('x'.repeat(1_000_000))).toHaveLength(1_001)
})

test('a run that was cancelled for no reason says no more than that', () => {
  expect(cancelled('')).toMatchObject({ error: { message: 'The run was cancelled' } })
  expect(cancelled('enough')).toMatchObject({ error: { message: 'The run was cancelled: enough' } })
})
