import { Client } from '@isolated-runtime/client'
import { RedisConnection } from '@isolated-runtime/queue'
import { guestFolder, TcpProxy, useRedis, type SuiteRedis } from '@isolated-runtime/testing'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readConfig, type ExecutorConfig } from './config.ts'
import { Executor } from './executor.ts'

const redis = useRedis()
const silent = pino({ level: 'silent' })
let stack: AsyncDisposableStack
let keyPrefix: string

beforeEach(() => {
  stack = new AsyncDisposableStack()
  keyPrefix = redis.uniquePrefix()
})

afterEach(() => stack.disposeAsync())

function configOf(server: Pick<SuiteRedis, 'url'>, env: Record<string, string> = {}): ExecutorConfig {
  return readConfig({
    REDIS_URL: server.url,
    KEY_PREFIX: keyPrefix,
    HOST: '127.0.0.1',
    PORT: '0',
    CELLS: '1',
    ...env,
  })
}

async function start(env?: Record<string, string>): Promise<Executor> {
  return stack.use(await Executor.start(configOf(redis, env), silent))
}

async function connect(): Promise<Client> {
  return stack.use(await Client.connect({ redis: redis.url, keyPrefix }))
}

async function ask(port: number, path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: response.status, body: await response.json() }
}

test('a run of a folder goes all the way to an executor and back', async () => {
  const folder = stack.use(
    await guestFolder({
      'discount.ts': 'export const discount = (order: { total: number }) => order.total * rate',
      'broken.js': 'exports.a = () => { throw new TypeError("no order") }',
    }),
  )
  await start({ EXECUTOR_NAME: 'e1' })
  const client = await connect()
  const request = { folder: folder.path, file: 'discount.ts', funcName: 'discount', args: [{ total: 50 }] }
  expect(await client.run({ ...request, context: { rate: 0.1 } })).toBe(5)
  expect(await client.outcome({ ...request, file: 'broken.js', funcName: 'a' })).toMatchObject({
    status: 'failed',
    error: { code: 'GUEST_ERROR', name: 'TypeError', message: 'no order' },
    usage: { executor: 'e1', attempts: 1, bytesIn: expect.any(Number) },
  })
})

test('a bundle that nobody stored is refused', async () => {
  await start()
  const client = await connect()
  const run = client.run({ bundle: `sha256-${'0'.repeat(64)}`, file: 'a.js', funcName: 'a' })
  await expect(run).rejects.toMatchObject({ code: 'BUNDLE_NOT_FOUND' })
})

test('a run that asks for more than the executor allows is refused, naming limit and ceiling', async () => {
  const folder = stack.use(await guestFolder({ 'a.js': 'exports.a = () => 1' }))
  await start({ MAX_TIMEOUT_MS: '1000' })
  const client = await connect()
  const request = { folder: folder.path, file: 'a.js', funcName: 'a' }
  expect(await client.outcome({ ...request, limits: { timeoutMs: 5_000 } })).toMatchObject({
    status: 'refused',
    error: {
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('"limits.timeoutMs" is 5000, the most allowed is 1000'),
    },
  })
  expect(await client.run(request)).toBe(1)
  expect(await client.run({ ...request, limits: { timeoutMs: 1_000 } })).toBe(1)
})

test('/healthz and /readyz tell of an executor that takes runs', async () => {
  const { port } = await start()
  expect(await ask(port, '/healthz')).toEqual({ status: 200, body: { alive: true } })
  expect(await ask(port, '/readyz')).toEqual({
    status: 200,
    body: { ready: true, reasons: [], quarantined: [], cellUser: expect.any(Object) as object },
  })
})

test('/readyz tells what of the queue could not be read and was set aside', async () => {
  const { port } = await start()
  await using connection = await RedisConnection.open({ redis: redis.url })
  const key = `${keyPrefix}:runs:active`
  await connection.redis.set(key, 'something else')
  await vi.waitFor(
    async () =>
      expect(await ask(port, '/readyz')).toMatchObject({
        status: 200,
        body: { ready: true, quarantined: [{ key, why: expect.any(String), at: expect.any(Number) }] },
      }),
    10_000,
  )
})

test('/readyz says why when Redis is away, and takes it back when Redis is there again', async () => {
  const proxy = stack.use(await TcpProxy.start({ port: redis.server.port }))
  const url = `redis://127.0.0.1:${proxy.port}`
  const { port } = stack.use(await Executor.start(configOf({ url }), silent))
  proxy.blackhole()
  expect(await ask(port, '/readyz')).toEqual({
    status: 503,
    body: {
      ready: false,
      // Probes wait for a second.
      reasons: [expect.stringMatching(`Redis at 127.0.0.1:${proxy.port} .*no answer within 500 ms`)],
      quarantined: [],
      cellUser: expect.any(Object) as object,
    },
  })
  expect(await ask(port, '/healthz')).toMatchObject({ status: 200 })
  proxy.heal()
  await vi.waitFor(async () => expect(await ask(port, '/readyz')).toMatchObject({ status: 200 }), 10_000)
})

test('while an executor drains, /readyz says so and the active run finishes', async () => {
  const folder = stack.use(
    await guestFolder({
      'a.js':
        'exports.a = (ms) => { const end = Date.now() + ms; while (Date.now() < end); return "finished" }',
    }),
  )
  const executor = await start()
  const client = await connect()
  const request = { folder: folder.path, file: 'a.js', funcName: 'a' }
  await client.run({ ...request, args: [0] })
  const handle = await client.submit({ ...request, args: [1_000] })
  await vi.waitFor(() => expect(executor.activeRuns).toBe(1))
  const closing = executor.close()
  expect(executor.close()).toBe(closing)
  expect(await ask(executor.port, '/readyz')).toEqual({
    status: 503,
    body: {
      ready: false,
      reasons: ['The executor is draining'],
      quarantined: [],
      cellUser: expect.any(Object) as object,
    },
  })
  expect(await handle.outcome()).toMatchObject({ status: 'succeeded', value: 'finished' })
  await closing
})

test('start() refuses to run guests as its own user where they need users of their own', async () => {
  const starting = Executor.start(configOf(redis, { CELL_USERS: 'required', FIRST_CELL_UID: '0' }), silent)
  await expect(starting).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringMatching(
      /^Guests would run as the user of the executor, and CELL_USERS is "required"\. The /,
    ),
  })
})

test('start() rejects when Redis is not there, and leaves nothing behind', async () => {
  const starting = Executor.start(configOf({ url: 'redis://127.0.0.1:1' }), silent)
  await expect(starting).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' })
})

test('start() rejects when the port is taken, naming it', async () => {
  const { port } = await start()
  const starting = Executor.start(configOf(redis, { PORT: `${port}` }), silent)
  await expect(starting).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining(`Health checks cannot listen on "127.0.0.1" port ${port}`),
  })
})
