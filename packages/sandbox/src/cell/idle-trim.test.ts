import { afterEach, beforeEach, expect, it, vi, type Mock } from 'vitest'
import { IdleTrim, type Trimmable } from './idle-trim.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

interface Place extends Trimmable {
  isBusy: boolean
  readonly trim: Mock<() => Promise<void>>
}

function newPlace(): Place {
  return { isBusy: false, trim: vi.fn<() => Promise<void>>(async () => {}) }
}

it('trims a place once, when it has had no runs for a while', async () => {
  const onIdle = vi.fn<() => void>()
  const idle = new IdleTrim<Place>(1_000, onIdle)
  const place = newPlace()
  idle.used(place)
  await vi.advanceTimersByTimeAsync(999)
  expect(place.trim).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(place.trim).toHaveBeenCalledOnce()
  expect(onIdle).toHaveBeenCalledOnce()
  expect(vi.getTimerCount()).toBe(0)
})

it('does not trim a place while it has runs, and again after them', async () => {
  const idle = new IdleTrim<Place>(1_000, () => {})
  const place = newPlace()
  place.isBusy = true
  idle.used(place)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(place.trim).not.toHaveBeenCalled()
  for (const times of [1, 2]) {
    place.isBusy = false
    idle.used(place)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(place.trim).toHaveBeenCalledTimes(times)
  }
})

it('trims a place beside another that is used again and again', async () => {
  const onIdle = vi.fn<() => void>()
  const idle = new IdleTrim<Place>(1_000, onIdle)
  const [quiet, busy, gone] = [newPlace(), newPlace(), newPlace()]
  for (const place of [quiet, busy, gone]) idle.used(place)
  idle.forget(gone)
  for (let n = 0; n < 8; n++) {
    await vi.advanceTimersByTimeAsync(500)
    idle.used(busy)
  }
  expect(quiet.trim).toHaveBeenCalledOnce()
  expect(busy.trim).not.toHaveBeenCalled()
  expect(onIdle).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(busy.trim).toHaveBeenCalledOnce()
  expect(onIdle).toHaveBeenCalledOnce()
  expect(gone.trim).not.toHaveBeenCalled()
})
