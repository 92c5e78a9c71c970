import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { RedisConnection } from '../redis/redis-connection.ts'
import { BundleQuota } from './bundle-quota.ts'

const redis = useRedis()
const options = { maxBytes: 100, forMs: 60_000 }
let connection: RedisConnection
let keyPrefix: string
let quota: BundleQuota

beforeEach(async () => {
  connection = await RedisConnection.open({ redis: redis.url })
  keyPrefix = redis.uniquePrefix()
  quota = new BundleQuota(connection, { keyPrefix })
})

afterEach(() => connection.close())

it('bundles of a tenant over its cap are refused with the figures, those of others are not', async () => {
  await quota.count('acme', { id: 'a', bytes: 60 }, options)
  await expect(quota.count('acme', { id: 'b', bytes: 41 }, options)).rejects.toMatchObject({
    code: 'TENANT_STORAGE_FULL',
    message: expect.stringMatching(
      /come to 60 bytes, its cap "maxBundleBytes" is 100: there is no room for 41 more/,
    ),
  })
  await quota.count('acme', { id: 'c', bytes: 40 }, options)
  await quota.count('other', { id: 'b', bytes: 41 }, options)
})

it('a bundle is counted once, and stays when the cap is lowered', async () => {
  for (let time = 0; time < 5; time++) await quota.count('acme', { id: 'a', bytes: 60 }, options)
  await quota.count('acme', { id: 'a', bytes: 60 }, { ...options, maxBytes: 10 })
  const another = quota.count('acme', { id: 'b', bytes: 1 }, { ...options, maxBytes: 10 })
  await expect(another).rejects.toMatchObject({ code: 'TENANT_STORAGE_FULL' })
})

it('a bundle that is no longer kept makes room', async () => {
  await quota.count('acme', { id: 'a', bytes: 100 }, { ...options, forMs: 50 })
  await vi.waitFor(() => quota.count('acme', { id: 'b', bytes: 100 }, { ...options, forMs: 50 }))
  await vi.waitFor(async () => expect(await connection.redis.exists(`${keyPrefix}:bundles-of:acme`)).toBe(0))
})
