import { expect, test } from 'vitest'
import { parseRedisUrl, redisAddress, redisUrlSchema } from './redis-url.ts'

test('the URL of a cluster names some of its nodes, and who dials them', () => {
  const address = parseRedisUrl('rediss+cluster://me:p%40ss:word@one:7000,two,[::1]:7002/')
  expect(address).toEqual({
    kind: 'cluster',
    nodes: [
      { host: 'one', port: 7000 },
      { host: 'two', port: 6379 },
      { host: '::1', port: 7002 },
    ],
    isTls: true,
    username: 'me',
    password: 'p@ss:word',
  })
  expect(redisAddress(address)).toBe('one:7000,two:6379,[::1]:7002')
})

test('the URL of a server is told without its password', () => {
  expect(redisAddress(parseRedisUrl('redis://:s3cret@host/1'))).toBe('host:6379')
})

test.for([
  'redis+cluster://',
  'redis+cluster://one,',
  'redis+cluster://,one',
  'redis+cluster://one:port',
  'redis+cluster://one:70000',
  'redis+cluster://one/1',
  'redis+cluster://one?x=1',
  'redis+cluster://%zz@one',
  'redis+cluster://a b',
  'redis://one:7000,two:7001',
])('"%s" is no Redis URL, which is said without repeating it', (url) => {
  const { error } = redisUrlSchema.safeParse(url)
  expect(error?.issues[0]?.message).toMatch(/^expected a URL such as .* "redis\+cluster:/)
})
