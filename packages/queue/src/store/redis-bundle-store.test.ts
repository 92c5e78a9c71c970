import { bundleKey, createBundle } from '@isolated-runtime/protocol'
import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RedisConnection } from '../connection/redis-connection.ts'
import { RedisBundleStore } from './redis-bundle-store.ts'

const redis = useRedis()
const bundle = createBundle({
  '/a.js': { kind: 'commonjs', code: 'exports.a = () => "ä"' },
  '/b.json': { kind: 'json', code: '{"b":1}' },
})
let connection: RedisConnection
let keyPrefix: string
let store: RedisBundleStore

beforeEach(async () => {
  connection = await RedisConnection.open({ redis: redis.url })
  keyPrefix = redis.uniquePrefix()
  store = new RedisBundleStore(connection, { keyPrefix })
})

afterEach(() => connection.close())

test('a bundle that was put is there, and is got as it was', async () => {
  expect(await store.has(bundle.id)).toBe(false)
  expect(await store.get(bundle.id)).toBeUndefined()
  await store.put(bundle)
  await store.put(bundle)
  expect(await store.has(bundle.id)).toBe(true)
  expect(await store.get(bundle.id)).toEqual(bundle)
})

test('a large bundle takes less room in Redis than it is long', async () => {
  const large = createBundle({ '/a.js': { kind: 'commonjs', code: 'exports.a = 1\n'.repeat(100_000) } })
  await store.put(large)
  expect(await connection.redis.strlen(bundleKey(keyPrefix, large.id))).toBeLessThan(large.bytes / 100)
  expect(await store.get(large.id)).toEqual(large)
})

test('get() refuses a bundle whose content was changed', async () => {
  await store.put(bundle)
  const other = createBundle({ '/a.js': { kind: 'commonjs', code: 'exports.a = () => "evil"' } })
  await store.put(other)
  const packed = await connection.redis.getBuffer(bundleKey(keyPrefix, other.id))
  await connection.redis.set(bundleKey(keyPrefix, bundle.id), packed ?? '')
  await expect(store.get(bundle.id)).rejects.toMatchObject({ code: 'BUNDLE_CORRUPT' })
})

test('get() refuses what is no bundle at all', async () => {
  await connection.redis.set(bundleKey(keyPrefix, bundle.id), 'garbage')
  await expect(store.get(bundle.id)).rejects.toMatchObject({ code: 'BUNDLE_CORRUPT' })
})

test('a bundle is kept for as long as it is used', async () => {
  const forgetful = new RedisBundleStore(connection, { keyPrefix, keepMs: 1_000 })
  const ttl = (): Promise<number> => connection.redis.pttl(bundleKey(keyPrefix, bundle.id))
  await forgetful.put(bundle)
  expect(await ttl()).toBeLessThanOrEqual(1_000)
  for (const use of [() => store.get(bundle.id), () => store.put(bundle)]) {
    await connection.redis.pexpire(bundleKey(keyPrefix, bundle.id), 1_000)
    await use()
    expect(await ttl()).toBeGreaterThan(1_000)
  }
})
