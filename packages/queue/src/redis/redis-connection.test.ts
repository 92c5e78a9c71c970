import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import type { LogFields } from '@isolated-runtime/protocol'
import { RedisServer, TcpProxy, useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { RedisConnection } from './redis-connection.ts'

const redis = useRedis()
/** A reserved port that nobody listens on. */
const NOBODY = 1

test('open() rejects at once, naming host and port but no password, when nobody listens', async () => {
  const opening = RedisConnection.open({ redis: `redis://:s3cret@127.0.0.1:${NOBODY}` })
  await expect(opening).rejects.toMatchObject({
    code: 'REDIS_UNREACHABLE',
    message: `Redis at 127.0.0.1:${NOBODY} cannot be reached: connect ECONNREFUSED 127.0.0.1:${NOBODY}`,
  })
})

test('open() rejects after connectTimeoutMs when somebody listens but says nothing', async () => {
  await using silent = await listening(createServer())
  const started = Date.now()
  const opening = RedisConnection.open({ redis: `redis://127.0.0.1:${silent.port}`, connectTimeoutMs: 200 })
  await expect(opening).rejects.toThrow('no answer within 200 ms')
  expect(Date.now() - started).toBeLessThan(2_000)
})

test('open() rejects with what Redis says when it refuses the password', async () => {
  const { port } = redis.server
  const opening = RedisConnection.open({ redis: `redis://nobody:s3cret@127.0.0.1:${port}` })
  await expect(opening).rejects.toMatchObject({
    code: 'REDIS_UNREACHABLE',
    message: expect.stringMatching(/^Redis at 127\.0\.0\.1:\d+ cannot be reached: WRONGPASS ((?!s3cret).)*$/),
  })
})

test('open() says that a server which speaks HTTP is not Redis', async () => {
  await using http = await listening(createHttpServer((_, response) => response.end()))
  await expect(RedisConnection.open({ redis: `redis://127.0.0.1:${http.port}` })).rejects.toMatchObject({
    code: 'REDIS_UNREACHABLE',
    message: expect.stringContaining('the server there is not Redis, check the port') as string,
  })
})

test('open() suggests TLS when the server hangs up, and no TLS when nothing answers over TLS', async () => {
  await using silent = await listening(createServer((socket) => socket.resume()))
  const overTls = RedisConnection.open({ redis: `rediss://127.0.0.1:${silent.port}`, connectTimeoutMs: 200 })
  await expect(overTls).rejects.toThrow('no answer within 200 ms; if the port does not use TLS, use redis://')
  await using closing = await listening(createServer((socket) => socket.end()))
  const plain = RedisConnection.open({ redis: `redis://127.0.0.1:${closing.port}` })
  await expect(plain).rejects.toThrow('if the port expects TLS, use rediss://')
})

test('open() asks for a password in the URL when Redis wants one', async () => {
  await using server = await RedisServer.start()
  await using admin = await RedisConnection.open({ redis: server.url })
  await admin.redis.config('SET', 'requirepass', 's3cret')
  const opening = RedisConnection.open({ redis: `redis://127.0.0.1:${server.port}` })
  await expect(opening).rejects.toThrow('NOAUTH, it asks for a password: put it into the URL')
})

test('open() rejects when the database is not there, rather than use another', async () => {
  await expect(RedisConnection.open({ redis: `${redis.url}/99` })).rejects.toMatchObject({
    code: 'REDIS_UNREACHABLE',
    message: expect.stringContaining('DB index is out of range') as string,
  })
})

test.for(['localhost:6379', 'http://localhost', 'redis://', 'redis://host:port', 'redis://localhost/abc'])(
  'open() refuses "%s" as no Redis URL',
  async (url) => {
    await expect(RedisConnection.open({ redis: url })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
  },
)

test('a cut connection comes back by itself, and commands given meanwhile are answered', async () => {
  await using proxy = await TcpProxy.start({ port: redis.server.port })
  await using connection = await RedisConnection.open({ redis: `redis://127.0.0.1:${proxy.port}` })
  proxy.cut()
  await expect(connection.ping(5_000)).resolves.toBeUndefined()
  expect(connection.isReady).toBe(true)
})

test('ask() rejects in time when Redis falls silent', async () => {
  await using proxy = await TcpProxy.start({ port: redis.server.port })
  await using connection = await RedisConnection.open({ redis: `redis://127.0.0.1:${proxy.port}` })
  proxy.blackhole()
  await expect(connection.ping(50)).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' })
})

test('close() ends, whether Redis is there or not, and gives the same promise twice', async () => {
  await using proxy = await TcpProxy.start({ port: redis.server.port })
  const connection = await RedisConnection.open({ redis: `redis://127.0.0.1:${proxy.port}` })
  await proxy.close()
  expect(connection.close()).toBe(connection.close())
  await connection.close()
})

test('a lost connection is one warning, and one info entry when all connections are back', async () => {
  const entries: string[] = []
  const { promise: restored, resolve } = Promise.withResolvers<void>()
  const record = (level: string) => (fields: LogFields) => {
    if (level !== 'debug') entries.push(`${level} ${fields.event}`)
    if (fields.event === 'redis.restored') resolve()
  }
  const logger = {
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
  }
  await using proxy = await TcpProxy.start({ port: redis.server.port })
  await using connection = await RedisConnection.open({ redis: `redis://127.0.0.1:${proxy.port}`, logger })
  const copies = [connection.duplicate(), connection.duplicate()]
  await Promise.all(copies.map((copy) => copy.ping()))
  proxy.cut()
  await restored
  await Promise.all(copies.map((copy) => copy.ping()))
  expect(entries).toEqual(['warn redis.lost', 'info redis.restored'])
})

/** A server on a free port of this machine, until it is disposed of. */
async function listening(server: Server) {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server got no port')
  return {
    port: address.port,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
