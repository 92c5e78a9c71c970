import { RedisServer } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { RedisConnection } from '../redis/redis-connection.ts'
import { agreeOnShards } from './agree-on-shards.ts'

const options = { keyPrefix: 'p', queueName: 'runs', shards: 4 }

test('of many that come first at once, all that want the same number go on, and no other', async () => {
  await using server = await RedisServer.start()
  await using connection = await RedisConnection.open({ redis: server.url })
  const asked = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) => agreeOnShards(connection, { ...options, shards: 1 + (n % 2) })),
  )
  const agreed = Number(await connection.redis.get('p:shards:runs'))
  expect(asked.map(({ status }) => status)).toEqual(
    asked.map((_, n) => (1 + (n % 2) === agreed ? 'fulfilled' : 'rejected')),
  )
})

test('who starts again while Redis is full is let in', async () => {
  await using server = await RedisServer.start()
  await using connection = await RedisConnection.open({ redis: server.url })
  await agreeOnShards(connection, options)
  await connection.redis.config('SET', 'maxmemory', '1')
  await expect(agreeOnShards(connection, options)).resolves.toBeUndefined()
  await expect(agreeOnShards(connection, { ...options, shards: 2 })).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
  })
})

test('a number that somebody wrote by hand and that is none is refused, and told', async () => {
  await using server = await RedisServer.start()
  await using connection = await RedisConnection.open({ redis: server.url })
  await connection.redis.set('p:shards:runs', 'many')
  await expect(agreeOnShards(connection, options)).rejects.toThrow(
    'Queue "runs" has many shards, and 4 were asked for',
  )
})
