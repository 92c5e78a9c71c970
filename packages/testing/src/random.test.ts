import { expect, test } from 'vitest'
import { Random } from './random.ts'

function numbers(seed: number): number[] {
  const random = new Random(seed)
  return Array.from({ length: 100 }, () => random.next())
}

test('one seed gives the same numbers, another gives others', () => {
  expect(numbers(1)).toEqual(numbers(1))
  expect(numbers(1)).not.toEqual(numbers(2))
})

test('numbers are spread evenly from 0 up to 1', () => {
  const random = new Random(7)
  const tenths = Array.from({ length: 10 }, () => 0)
  for (let draw = 0; draw < 10_000; draw++) {
    const tenth = random.below(10)
    tenths[tenth] = (tenths[tenth] ?? 0) + 1
  }
  expect(Math.min(...tenths)).toBeGreaterThan(900)
  expect(Math.max(...tenths)).toBeLessThan(1_100)
})
