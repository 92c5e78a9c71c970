import { expect, test } from 'vitest'
import { chunkMsOf, longestMsOf } from './chunk-limits.ts'

const run = (timeoutMs: number) => ({ limits: { timeoutMs } })

test('a chunk goes on for a second, or for the time limit of an item if that is longer', () => {
  expect(chunkMsOf(run(100))).toBe(1_000)
  expect(chunkMsOf(run(5_000))).toBe(5_000)
})

test('a chunk whose items have realms of their own goes on for 250 ms, whatever their time limit', () => {
  expect(chunkMsOf({ ...run(100), ownRealms: true })).toBe(250)
  expect(chunkMsOf({ ...run(5_000), ownRealms: true })).toBe(250)
})

test('a run may go on for its time limit, and a chunk for that of an item that it has just begun', () => {
  expect(longestMsOf(run(100))).toBe(100)
  expect(longestMsOf({ ...run(100), items: ['[]'] })).toBe(1_100)
  expect(longestMsOf({ ...run(100), items: ['[]'], ownRealms: true })).toBe(350)
})
