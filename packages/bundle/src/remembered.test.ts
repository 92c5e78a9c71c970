import { expect, test } from 'vitest'
import { Remembered } from './remembered.ts'

test('a result is made once, while there is room for it', async () => {
  const remembered = new Remembered<number>(10_000)
  let made = 0
  const get = (...texts: string[]): Promise<number> => remembered.get(texts, async () => ++made)
  expect(await get('a', 'bc')).toBe(1)
  expect(await get('a', 'bc')).toBe(1)
  expect(await get('ab', 'c')).toBe(2)
  expect(await get('x'.repeat(8_000))).toBe(3)
  expect(await get('a', 'bc')).toBe(4)
  expect(await get('x'.repeat(20_000))).toBe(5)
  expect(await get('x'.repeat(20_000))).toBe(6)
})

test('a failure is not remembered', async () => {
  const remembered = new Remembered<number>(10_000)
  await expect(remembered.get(['a'], () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await remembered.get(['a'], async () => 1)).toBe(1)
})
