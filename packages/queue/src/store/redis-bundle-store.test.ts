import { zstdCompressSync } from 'node:zlib'
import { createBundle } from '@isolated-runtime/protocol'
import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RedisConnection } from '../redis/redis-connection.ts'
import { RedisBundleStore } from './redis-bundle-store.ts'
import { bundleKey } from '../redis/keys.ts'

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

test('a bundle that is kept for long is not cut short by those who want it for less', async () => {
  const ttl = (): Promise<number> => connection.redis.pttl(bundleKey(keyPrefix, bundle.id))
  const brief = new RedisBundleStore(connection, { keyPrefix, keepMs: 1_000 })
  expect(await brief.keep(bundle.id)).toBe(false)
  await brief.put(bundle, 100_000)
  for (const use of [
    () => brief.get(bundle.id),
    () => brief.put(bundle),
    () => brief.keep(bundle.id, 5_000),
  ]) {
    await use()
    expect(await ttl()).toBeGreaterThan(50_000)
  }
  expect(await brief.keep(bundle.id, 200_000)).toBe(true)
  expect(await ttl()).toBeGreaterThan(150_000)
})

test('two who store a bundle at once both have it for as long as they want', async () => {
  const brief = new RedisBundleStore(connection, { keyPrefix, keepMs: 1_000 })
  await Promise.all([brief.put(bundle, 100_000), brief.put(bundle), brief.put(bundle, 200_000)])
  expect(await connection.redis.pttl(bundleKey(keyPrefix, bundle.id))).toBeGreaterThan(150_000)
})

test('a bundle that nobody uses expires', async () => {
  const brief = new RedisBundleStore(connection, { keyPrefix, keepMs: 50 })
  await brief.put(bundle)
  await vi.waitFor(async () => expect(await brief.has(bundle.id)).toBe(false))
})

test('get() unpacks no more than a bundle may have, and reads no more', async () => {
  const key = bundleKey(keyPrefix, bundle.id)
  await connection.redis.set(key, zstdCompressSync(Buffer.alloc(200 * 1024 * 1024)))
  await expect(store.get(bundle.id)).rejects.toMatchObject({ code: 'BUNDLE_CORRUPT' })
  await connection.redis.setrange(key, 100 * 1024 * 1024, 'x')
  const before = process.memoryUsage().external
  await expect(store.get(bundle.id)).rejects.toMatchObject({ code: 'BUNDLE_CORRUPT' })
  expect(process.memoryUsage().external - before).toBeLessThan(80 * 1024 * 1024)
})
