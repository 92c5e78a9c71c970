import { expect, test } from 'vitest'
import { batchMsOf, longestMsOf } from './batch-limits.ts'

const limits = (timeoutMs: number) => ({ timeoutMs })

test('a batch goes on for a second, or for the time limit of an item if that is longer', () => {
  expect(batchMsOf('shared', limits(100))).toBe(1_000)
  expect(batchMsOf('shared', limits(5_000))).toBe(5_000)
})

test('a batch whose items have realms of their own goes on for 250 ms, whatever their time limit', () => {
  expect(batchMsOf('own', limits(100))).toBe(250)
  expect(batchMsOf('own', limits(5_000))).toBe(250)
})

test('a call may go on for its time limit, and a batch for that of an item that it has just begun', () => {
  const ofLimit = { limits: limits(100) }
  expect(longestMsOf({ ...ofLimit, work: { kind: 'call' } })).toBe(100)
  expect(longestMsOf({ ...ofLimit, work: { kind: 'batch', realms: 'shared' } })).toBe(1_100)
  expect(longestMsOf({ ...ofLimit, work: { kind: 'batch', realms: 'own' } })).toBe(350)
})
