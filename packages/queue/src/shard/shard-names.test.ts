import keySlot from 'cluster-key-slot'
import { expect, test } from 'vitest'
import { shardNames } from './shard-names.ts'

test.for([2, 3, 4, 16, 64])('%i shards lie evenly on the slots of a cluster', (count) => {
  const slots = shardNames('runs', count).map((name) => keySlot(`prefix:${name}:meta`))
  const part = 16_384 / count
  expect(slots.map((slot) => Math.floor(slot / part))).toEqual(Array.from({ length: count }, (_, at) => at))
  const gaps = slots.slice(1).map((slot, at) => slot - (slots[at] ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(Math.floor(part / 2))
})

test('names never change, for runs lie under them', () => {
  expect(shardNames('runs', 4)).toMatchInlineSnapshot(`
    [
      "{runs-12}",
      "{runs-13}",
      "{runs-14}",
      "{runs-15}",
    ]
  `)
})
