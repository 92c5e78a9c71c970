import { latch } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { silentLogger } from '../logger.ts'
import { AliasCache } from './alias-cache.ts'
import type { AliasMove } from './alias-history.ts'

const key = { tenant: 'acme', alias: 'pricing@live' }
let bundle: string
let asked: number
let kept: number

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
  bundle = 'a'
  asked = 0
  kept = 0
})

afterEach(() => vi.useRealTimers())

const store = {
  history: async ({ alias }: { alias: string }): Promise<AliasMove[]> => {
    asked += 1
    return [{ alias, bundle, by: 'ann', movedAt: 0 }]
  },
  keep: async (): Promise<void> => {
    kept += 1
  },
}

test('an alias is asked for once a second, however many runs use it', async () => {
  const cache = new AliasCache(store, silentLogger)
  expect(await Promise.all(Array.from({ length: 100 }, () => cache.bundleOf(key)))).toEqual(
    Array(100).fill('a'),
  )
  bundle = 'b'
  vi.advanceTimersByTime(999)
  expect(await cache.bundleOf(key)).toBe('a')
  expect(asked).toBe(1)
  vi.advanceTimersByTime(1)
  expect(await cache.bundleOf(key)).toBe('b')
  expect(asked).toBe(2)
})

test('an alias that was moved here is asked for anew, whatever is still under way', async () => {
  const gate = latch()
  const history = async (of: typeof key): Promise<AliasMove[]> => {
    const moves = await store.history(of)
    await gate.promise
    return moves
  }
  const cache = new AliasCache({ ...store, history }, silentLogger)
  const before = cache.bundleOf(key)
  bundle = 'b'
  cache.forget(key)
  const after = cache.bundleOf(key)
  gate.resolve()
  expect(await before).toBe('a')
  expect(await after).toBe('b')
  expect(await cache.bundleOf(key)).toBe('b')
})

test('aliases by the same name of two tenants are two', async () => {
  const cache = new AliasCache(store, silentLogger)
  await Promise.all([cache.bundleOf(key), cache.bundleOf({ ...key, tenant: 'other' })])
  expect(asked).toBe(2)
})

test('a failure is not remembered', async () => {
  let isAway = true
  const history = async (of: typeof key): Promise<AliasMove[]> => {
    if (isAway) throw new Error('away')
    return store.history(of)
  }
  const cache = new AliasCache({ ...store, history }, silentLogger)
  await expect(cache.bundleOf(key)).rejects.toThrow('away')
  isAway = false
  expect(await cache.bundleOf(key)).toBe('a')
})

test('an alias in use has its bundles kept every five minutes', async () => {
  const cache = new AliasCache(store, silentLogger)
  for (let second = 0; second < 601; second++) {
    await cache.bundleOf(key)
    vi.advanceTimersByTime(1_000)
  }
  expect(asked).toBe(601)
  expect(kept).toBe(3)
})
