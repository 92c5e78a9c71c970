import { latch, TcpProxy, useRedis } from '@isolated-runtime/testing'
import { RedisConnection, Tenants } from '@isolated-runtime/queue'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Client } from './client.ts'
import { startTaker, succeeded } from './fixtures/start-taker.ts'
import type { ClientOptions } from './options.ts'

const redis = useRedis()
const call = { bundle: `sha256-${'0'.repeat(64)}`, file: 'a.js', funcName: 'a' }
let stack: AsyncDisposableStack
let where: { redis: string; url: string; keyPrefix: string }

beforeEach(() => {
  stack = new AsyncDisposableStack()
  where = { redis: redis.url, url: redis.url, keyPrefix: redis.uniquePrefix() }
})

afterEach(() => stack.disposeAsync())

const connect = async (options: Partial<ClientOptions> = {}): Promise<Client> => {
  const { url: _, ...address } = where
  return stack.use(await Client.connect({ ...address, ...options }))
}

/** A client behind a wire that can fall silent, as a stopped Redis does. */
async function silenceable(
  options: Partial<ClientOptions> = {},
): Promise<{ client: Client; proxy: TcpProxy }> {
  const proxy = stack.use(await TcpProxy.start({ port: redis.server.port }))
  return { client: await connect({ redis: `redis://127.0.0.1:${proxy.port}`, ...options }), proxy }
}

const silent = (): void => undefined

const signalIn = (ms: number): AbortSignal => AbortSignal.timeout(ms)

test('an aborted signal ends every call at once while Redis says nothing, and nothing holds the client', async () => {
  const { client, proxy } = await silenceable()
  const going = client.outcome(call, { signal: signalIn(400) })
  await expect
    .poll(async () => (await client.status('x').catch((error) => error.code)) === 'RUN_NOT_FOUND')
    .toBe(true)
  proxy.blackhole()
  const signal = signalIn(300)
  const ends = await Promise.all([
    going,
    client.outcome(call, { signal }),
    client.outcome({ source: 'exports.a = 1', funcName: 'a' }, { signal }),
    client.submit(call, { signal }).then((handle) => handle.outcome()),
    client.runMany([call, call], { signal }).then(([first]) => first),
  ])
  expect(ends.map((end) => end?.status)).toEqual(Array(5).fill('cancelled'))
  await expect(client.run(call, { signal })).rejects.toMatchObject({ code: 'RUN_CANCELLED' })
  await expect(client.map({ ...call, items: [[]], source: undefined }, { signal })).resolves.toMatchObject([
    { status: 'cancelled' },
  ])
})

test('a run that was aborted while Redis said nothing is not run when Redis goes on', async () => {
  const ran: string[] = []
  stack.use(await startTaker(where, async ({ id }) => succeeded(ran.push(id))))
  const client = await connect()
  await redis.server.pause()
  const aborted = client.outcome({ ...call, id: 'aborted' }, { signal: signalIn(200) })
  expect(await aborted).toMatchObject({ status: 'cancelled' })
  await redis.server.resume()
  await client.run({ ...call, id: 'later' })
  expect(ran).toEqual(['later'])
})

test('a run that Redis does not take is REDIS_UNREACHABLE after commandTimeoutMs, and is not run later', async () => {
  const ran: string[] = []
  stack.use(await startTaker(where, async ({ id }) => succeeded(ran.push(id))))
  const client = await connect({ commandTimeoutMs: 500 })
  await redis.server.pause()
  await expect(client.run(call)).rejects.toMatchObject({
    code: 'REDIS_UNREACHABLE',
    message: expect.stringContaining('within 500 ms'),
  })
  await redis.server.resume()
  await client.run({ ...call, id: 'later' })
  expect(ran).toEqual(['later'])
})

test('deadlineMs ends a call that waits, runs, or is deployed, and its run with it', async () => {
  const [started, ended] = [latch(), latch()]
  const client = await connect()
  const late = { status: 'timed-out', error: { code: 'DEADLINE_EXCEEDED' } }
  expect(await client.outcome({ ...call, id: 'waits', deadlineMs: 200 })).toMatchObject(late)
  expect((await client.status('waits')).phase).toBe('over')
  stack.use(
    await startTaker(where, async (_message, { signal }) => {
      started.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      ended.resolve()
      throw new Error('aborted')
    }),
  )
  await expect(client.run({ ...call, deadlineMs: 300 })).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    message: expect.stringContaining('"deadlineMs"'),
  })
  await started.wait()
  await ended.wait()
  const { client: cutOff, proxy } = await silenceable()
  proxy.blackhole()
  const deploying = { source: 'exports.a = 2', funcName: 'a', deadlineMs: 200 }
  expect(await cutOff.outcome(deploying)).toMatchObject(late)
})

test('an executor ends a run at its deadline, though its client is gone', async () => {
  const [started, ended] = [latch(), latch<unknown>()]
  stack.use(
    await startTaker(where, async (_message, { signal }) => {
      started.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      ended.resolve(true)
      throw new Error('aborted')
    }),
  )
  const client = await connect()
  await client.submit({ ...call, id: 'left', deadlineMs: 1_000 })
  await started.wait()
  await client.close()
  await ended.wait(10_000)
  const other = await connect()
  expect(await (await other.attach('left')).outcome()).toMatchObject({
    status: 'timed-out',
    error: { code: 'DEADLINE_EXCEEDED' },
  })
})

test('a call that is over before its deadline has its own outcome, and the same request with another deadline joins it', async () => {
  stack.use(await startTaker(where, async () => succeeded(7)))
  const client = await connect()
  expect(await client.run({ ...call, id: 'quick', deadlineMs: 30_000 })).toBe(7)
  expect(await client.run({ ...call, id: 'quick', deadlineMs: 20_000 })).toBe(7)
  await expect(client.run({ ...call, deadlineMs: 0 })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
})

test('without an executor the logger is warned within seconds, and the run expires by that name', async () => {
  const warned = latch<object>()
  const warn = (fields: object): void => {
    if ('event' in fields && fields.event === 'executor.missing') warned.resolve(fields)
  }
  const client = await connect({ logger: { debug: silent, info: silent, error: silent, warn } })
  const waiting = client.outcome({ ...call, id: 'waits', expiresInMs: 3_000 })
  expect(await warned.wait(10_000)).toEqual({ event: 'executor.missing', queue: 'runs', waiting: 1 })
  expect(await waiting).toMatchObject({
    status: 'expired',
    error: { code: 'RUN_EXPIRED', message: expect.stringContaining('No executor is on the queue') },
  })
  expect((await client.status('waits')).phase).toBe('over')
  const tenants = new Tenants(stack.use(await RedisConnection.open({ redis: redis.url })), {
    keyPrefix: where.keyPrefix,
    queueName: 'runs',
  })
  expect((await tenants.usage('default'))[0]?.byStatus).toEqual({ expired: 1 })
})

test(
  'without an executor a call that waits gives up after ten seconds, and a run that was submitted waits on',
  { timeout: 60_000 },
  async () => {
    const client = await connect()
    const startedAt = performance.now()
    const submitted = await client.submit({ ...call, id: 'submitted' })
    const [one, many, items] = await Promise.all([
      client.outcome(call),
      client.runMany([call]),
      client.map({ ...call, items: [[]] }),
    ])
    const expired = { status: 'expired', error: { code: 'RUN_EXPIRED' } }
    expect([one, ...many, ...items]).toMatchObject([expired, expired, expired])
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(10_000)
    stack.use(await startTaker(where, async () => succeeded('taken')))
    expect(await submitted.outcome()).toMatchObject({ value: 'taken' })
  },
)

test(
  'an executor that starts a few seconds later takes the runs that wait',
  { timeout: 30_000 },
  async () => {
    const client = await connect()
    const warned = client.run(call)
    await expect
      .poll(async () => (await client.submit({ ...call, id: 'p' })).id, { timeout: 1_000 })
      .toBe('p')
    const started = performance.now()
    await expect.poll(() => performance.now() - started, { timeout: 10_000 }).toBeGreaterThan(4_000)
    stack.use(await startTaker(where, async () => succeeded('taken')))
    expect(await warned).toBe('taken')
  },
)
