import { Client } from '@isolated-runtime/client'
import { guestFolder, useRedisCluster } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { startExecutor } from './fixtures/start-main.ts'

const redis = useRedisCluster()
const SHARDS = 3
const TENANTS = 12

test('an executor and a client on a cluster run guests of all shards, and leave in order', async () => {
  await using folder = await guestFolder({ 'greet.js': 'exports.greet = (name) => `hello ${name}`' })
  const keyPrefix = redis.uniquePrefix()
  const env = { REDIS_URL: redis.url, KEY_PREFIX: keyPrefix, SHARDS: String(SHARDS), ISOLATION: 'shared' }
  await using stack = new AsyncDisposableStack()
  const { executor } = await startExecutor(env)
  stack.use(executor)
  await using client = await Client.connect({ redis: redis.url, keyPrefix, shards: SHARDS })
  const values = await Promise.all(
    Array.from({ length: TENANTS }, (_, n) =>
      client.run({
        folder: folder.path,
        file: 'greet.js',
        funcName: 'greet',
        args: [n],
        tenant: `tenant-${n}`,
      }),
    ),
  )
  expect(values).toEqual(Array.from({ length: TENANTS }, (_, n) => `hello ${n}`))
  await expect(Client.connect({ redis: redis.url, keyPrefix })).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining(`has ${SHARDS} shards`) as string,
  })
  executor.kill('SIGTERM')
  expect(await executor.exit).toEqual({ code: 0, signal: null })
}, 60_000)

test('an executor that is told another number of shards ends, and says what is there', async () => {
  const keyPrefix = redis.uniquePrefix()
  await using client = await Client.connect({ redis: redis.url, keyPrefix, shards: SHARDS })
  const starting = startExecutor({ REDIS_URL: redis.url, KEY_PREFIX: keyPrefix, SHARDS: '2' })
  await expect(starting).rejects.toThrow(/Queue \\?"runs\\?" has 3 shards, and 2 were asked for here/)
  await client.close()
}, 60_000)
