import { latch } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { mapInOrder } from './map-in-order.ts'

test('mapInOrder() keeps the order of the items and at most this many under way', async () => {
  let underWay = 0
  let most = 0
  const results = await mapInOrder([5, 1, 4, 2, 3], 2, async (item) => {
    most = Math.max(most, ++underWay)
    for (let turn = 0; turn < item; turn++) await Promise.resolve()
    underWay--
    return item * 10
  })
  expect(results).toEqual([50, 10, 40, 20, 30])
  expect(most).toBe(2)
})

test('mapInOrder() rejects with the error of the earliest item and starts no more', async () => {
  const second = latch()
  const started: string[] = []
  const promise = mapInOrder(['a', 'b', 'c'], 2, async (item) => {
    started.push(item)
    if (item === 'a') await second.wait()
    else second.resolve()
    throw new Error(item)
  })
  await expect(promise).rejects.toThrow('a')
  expect(started).toEqual(['a', 'b'])
})
