import { expect, test } from 'vitest'
import { latch } from './latch.ts'

test('wait() gives the value that the latch was opened with', async () => {
  const opened = latch<number>()
  const waiting = opened.wait()
  opened.resolve(7)
  expect(await waiting).toBe(7)
  expect(await opened.promise).toBe(7)
})

test('wait() rejects when nobody opens the latch in time', async () => {
  await expect(latch().wait(5)).rejects.toThrow('Waited 5 ms for a latch that nobody opened')
})
