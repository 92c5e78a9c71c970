import { expect, test, vi } from 'vitest'
import { SlotShares } from './slot-shares.ts'

/** An executor on which every shard has as many runs as it may, as long as its backlog lasts. */
function limitsOf(slots: number, shards: number): { shares: SlotShares; limits: number[] } {
  const limits = Array.from({ length: shards }, () => slots)
  return { shares: new SlotShares(slots, shards, (shard, limit) => (limits[shard] = limit)), limits }
}

test('a shard that is alone in having runs may use every slot, and leaves one each to the others', () => {
  const { shares, limits } = limitsOf(8, 4)
  for (let n = 0; n < 8; n++) shares.enter(0)
  expect(limits).toEqual([8, 1, 1, 1])
})

test('a shard that comes later gets its part as runs of the other end, and never more than there is', () => {
  const { shares, limits } = limitsOf(8, 2)
  const first = Array.from({ length: 8 }, () => shares.enter(0))
  shares.enter(1)
  expect(limits).toEqual([4, 1])
  const seen = first.slice(0, 4).map((run) => {
    run[Symbol.dispose]()
    if ((limits[1] ?? 0) > 1) shares.enter(1)
    return [...limits]
  })
  expect(seen.at(-1)).toEqual([4, 4])
  expect(seen.every(([, limit = 0], ended) => limit <= Math.max(1, ended + 1))).toBe(true)
})

test('what is kept for a shard that does not take it goes back to the others', async () => {
  const { shares, limits } = limitsOf(4, 2)
  for (let n = 0; n < 4; n++) shares.enter(0)
  const other = shares.enter(1)
  expect(limits).toEqual([2, 1])
  other[Symbol.dispose]()
  await vi.waitFor(() => expect(limits[0]).toBe(4))
})

test('a single shard always has all', () => {
  const { shares, limits } = limitsOf(2, 1)
  for (let n = 0; n < 5; n++) shares.enter(0)
  expect(limits).toEqual([2])
})
