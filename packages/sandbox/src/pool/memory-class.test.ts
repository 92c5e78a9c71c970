import { expect, it } from 'vitest'
import { memoryClassOf } from './memory-class.ts'

it('there are few classes of memory, and each run gets what it asks for at least', () => {
  const sizes = Array.from({ length: 1_024 - 16 + 1 }, (_, more) => 16 + more)
  expect([...new Set(sizes.map(memoryClassOf))]).toEqual([16, 32, 64, 128, 256, 512, 1_024])
  for (const size of sizes) expect(memoryClassOf(size)).toBeGreaterThanOrEqual(size)
  expect(memoryClassOf(64)).toBe(64)
})
