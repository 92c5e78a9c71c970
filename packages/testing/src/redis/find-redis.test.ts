import { expect, test } from 'vitest'
import { findRedis } from './find-redis.ts'

test('findRedis() prefers the Redis it is given', async () => {
  expect(await findRedis({ url: 'redis://elsewhere:6379' })).toEqual({
    kind: 'url',
    url: 'redis://elsewhere:6379',
  })
})

test('findRedis() finds a server on PATH', async () => {
  expect(await findRedis()).toMatchObject({ kind: 'binary' })
})
