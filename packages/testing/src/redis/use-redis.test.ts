import { expect, test } from 'vitest'
import { ping } from './ping.ts'
import { useRedis } from './use-redis.ts'

const redis = useRedis()

test('useRedis() gives a suite a server of its own', async () => {
  expect(redis.url).toBe(redis.server.url)
  expect(await ping('127.0.0.1', redis.server.port)).toBe(true)
})

test('uniquePrefix() is different each time', () => {
  expect(redis.uniquePrefix()).not.toBe(redis.uniquePrefix())
})
