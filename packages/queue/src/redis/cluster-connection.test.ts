import { RedisServer } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { RedisConnection } from './redis-connection.ts'

test('open() rejects with what the server says when it is no node of a cluster', async () => {
  await using server = await RedisServer.start()
  const opening = RedisConnection.open({ redis: `redis+cluster://me:s3cret@127.0.0.1:${server.port}` })
  await expect(opening).rejects.toMatchObject({
    code: 'REDIS_UNREACHABLE',
    message: expect.stringMatching(/^Redis at 127\.0\.0\.1:\d+ cannot be reached: ((?!s3cret).)*$/) as string,
  })
})

test('open() rejects at once when no node of the cluster listens', async () => {
  const opening = RedisConnection.open({ redis: 'redis+cluster://127.0.0.1:1,127.0.0.1:2' })
  await expect(opening).rejects.toThrow(
    /Redis at 127\.0\.0\.1:1,127\.0\.0\.1:2 cannot be reached: none of these nodes takes/,
  )
})
