import { afterEach, beforeEach, expect, it, vi, type Mock } from 'vitest'
import { IdleTrim } from './idle-trim.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function start(): { readonly idle: IdleTrim; readonly trim: Mock<() => Promise<void>> } {
  const trim = vi.fn<() => Promise<void>>(async () => {})
  return { idle: new IdleTrim({ trim, areOne: true }, 1_000), trim }
}

it('trims once, when there have been no runs for a while', async () => {
  const { idle, trim } = start()
  idle.begin()
  await vi.advanceTimersByTimeAsync(999)
  expect(trim).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(10_000)
  idle.begin()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(trim).toHaveBeenCalledOnce()
})

it('does not trim while there are runs, and again after them', async () => {
  const { idle, trim } = start()
  idle.begin()
  await vi.advanceTimersByTimeAsync(999)
  idle.end()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(trim).not.toHaveBeenCalled()
  for (const times of [1, 2]) {
    idle.begin()
    await vi.advanceTimersByTimeAsync(1_000)
    idle.end()
    expect(trim).toHaveBeenCalledTimes(times)
  }
})
