import { createBundle } from '@isolated-runtime/protocol'
import { RedisBundleStore, RedisConnection } from '@isolated-runtime/queue'
import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DeployedBundles } from './deployed-bundles.ts'

const redis = useRedis()
const bundle = createBundle({ '/a.js': { kind: 'commonjs', code: 'exports.a = 1' } })
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
let connection: RedisConnection
let store: RedisBundleStore
let key: string
let deployed: DeployedBundles

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  connection = await RedisConnection.open({ redis: redis.url })
  const keyPrefix = redis.uniquePrefix()
  key = `${keyPrefix}:bundle:${bundle.id}`
  store = new RedisBundleStore(connection, { keyPrefix, keepMs: 2 * HOUR_MS })
  deployed = new DeployedBundles(store)
})

afterEach(async () => {
  vi.useRealTimers()
  await connection.close()
})

test('a bundle is put once, and Redis is told every five minutes that it is in use', async () => {
  const asked: string[] = []
  const counting = {
    keepMs: store.keepMs,
    put: async (...args: Parameters<RedisBundleStore['put']>) => {
      asked.push('put')
      await store.put(...args)
    },
    keep: async (id: string, forMs?: number) => {
      asked.push('keep')
      return store.keep(id, forMs)
    },
  }
  deployed = new DeployedBundles(counting)
  for (let second = 0; second <= 600; second += 1) {
    await deployed.deploy(bundle)
    deployed.keep(bundle.id, 0)
    vi.advanceTimersByTime(1_000)
  }
  expect(asked).toEqual(['put', 'keep', 'keep'])
  expect(await store.get(bundle.id)).toEqual(bundle)
})

test('a bundle outlives the longest wait of a run that needs it', async () => {
  const waitMs = 20 * HOUR_MS
  await deployed.deploy(bundle)
  expect(await connection.redis.pttl(key)).toBeLessThanOrEqual(2 * HOUR_MS)
  deployed.keep(bundle.id, waitMs)
  await vi.waitFor(async () => expect(await connection.redis.pttl(key)).toBeGreaterThan(waitMs))
  deployed.keep(bundle.id, 0)
  await deployed.deploy(bundle, 2 * waitMs)
  expect(await connection.redis.pttl(key)).toBeGreaterThan(2 * waitMs)
})

test('a bundle in use is told of in time for the next run, when the store keeps it for a short time', async () => {
  await deployed.deploy(bundle)
  vi.advanceTimersByTime(2 * HOUR_MS)
  await connection.redis.pexpire(key, MINUTE_MS)
  await deployed.deploy(bundle)
  expect(await connection.redis.pttl(key)).toBeGreaterThan(HOUR_MS)
})

test('a bundle that vanished is put again when that is noticed', async () => {
  await deployed.deploy(bundle)
  await connection.redis.del(key)
  vi.advanceTimersByTime(5 * MINUTE_MS)
  deployed.keep(bundle.id, 0)
  await vi.waitFor(async () => {
    await deployed.deploy(bundle)
    expect(await store.has(bundle.id)).toBe(true)
  })
})

test('those who deploy at once what somebody found missing all have it', async () => {
  deployed.keep(bundle.id, 0)
  await Promise.all(Array.from({ length: 20 }, () => deployed.deploy(bundle)))
  expect(await store.has(bundle.id)).toBe(true)
})

test('a bundle that could not be put is put by the next who needs it', async () => {
  let isAway = true
  const failing = {
    keepMs: store.keepMs,
    keep: (id: string, forMs?: number) => store.keep(id, forMs),
    put: async (...args: Parameters<RedisBundleStore['put']>) => {
      if (isAway) throw new Error('away')
      await store.put(...args)
    },
  }
  const careful = new DeployedBundles(failing)
  const failures = await Promise.allSettled([careful.deploy(bundle), careful.deploy(bundle)])
  expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  isAway = false
  await careful.deploy(bundle)
  expect(await store.has(bundle.id)).toBe(true)
})
