import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { TcpProxy, latch, useRedis } from '@isolated-runtime/testing'
import { Queue } from 'bullmq'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Tenants } from '../admin/tenants.ts'
import { newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
let queue: TestQueue

beforeEach(async () => {
  queue = await TestQueue.open(redis)
})

afterEach(() => queue[Symbol.asyncDispose]())

test('a run that waited for too long expires and is not run', async () => {
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ expiresInMs: 1 }))
  let isHandled = false
  await queue.taker({
    handle: async () => {
      isHandled = true
      return succeeded(null)
    },
  })
  expect(await outcome).toMatchObject({ status: 'expired', error: { code: 'RUN_EXPIRED' } })
  expect(isHandled).toBe(false)
})

test.for([
  [
    'maxConcurrent',
    { maxConcurrent: 1 },
    /^Run ".+" was held back for 200 ms, tenant at its cap of 1; raise "maxConcurrent"/,
  ],
  [
    'runsPerSecond',
    { runsPerSecond: 0.01, burst: 1 },
    /, tenant at its rate of 0.01\/s until 20.+Z; raise "runsPerSecond"/,
  ],
  [
    'cpuMsPerMinute',
    { cpuMsPerMinute: 5 },
    /, tenant over its CPU budget of 5 ms a minute until 20.+Z; raise/,
  ],
] as const)('a run that expires because of %s says so', async ([, policy, message]) => {
  const { keyPrefix, connection } = queue
  await new Tenants(connection, { keyPrefix, queueName: 'runs' }).set('acme', policy)
  const going = latch()
  await queue.taker({
    handle: async () => {
      if ('maxConcurrent' in policy) await going.wait()
      return { ...succeeded(null), usage: { ...succeeded(null).usage, cpuMs: 1_000 } }
    },
  })
  const submitter = await queue.submitter()
  const first = await submitter.submit(newRun({ tenant: 'acme' }))
  if (!('maxConcurrent' in policy)) await first.outcome
  const { outcome } = await submitter.submit(newRun({ tenant: 'acme', expiresInMs: 200 }))
  expect(await outcome).toMatchObject({
    status: 'expired',
    error: { code: 'RUN_EXPIRED', message: expect.stringMatching(message) as string },
  })
  going.resolve()
})

test('platform trouble is no outcome: the client hears its code, and the job has failed', async () => {
  await queue.taker({
    handle: async () => {
      throw new IsolatedRuntimeError('SANDBOX_FAILED', 'The cell did not start')
    },
  })
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun())
  await expect(outcome).rejects.toMatchObject({ code: 'SANDBOX_FAILED', message: 'The cell did not start' })
  expect(await queue.connection.redis.zrange(`${queue.keyPrefix}:runs:failed`, '0', '-1')).toEqual([
    `default/${id}`,
  ])
})

test.for([
  ['fields are missing', { id: 'broken' }, 'Invalid run "broken"'],
  ['the id is another one', { id: 'other' }, 'its message is that of run "other" of tenant "default"'],
  ['it is no object', 'garbage', 'Invalid run "broken"'],
] as const)(
  'a job whose message is malformed fails, and its client hears of it: %s',
  async ([, data, message]) => {
    const submitter = await queue.submitter()
    const { outcome } = await submitter.submit(newRun({ id: 'broken' }))
    const key = `${queue.keyPrefix}:runs:default/broken`
    const stored: unknown = JSON.parse((await queue.connection.redis.hget(key, 'data')) ?? '')
    const malformed =
      typeof data === 'string' ? data : data.id === 'other' ? Object.assign({}, stored, data) : data
    await queue.connection.redis.hset(key, 'data', JSON.stringify(malformed))
    await queue.taker()
    await expect(outcome).rejects.toMatchObject({
      code: 'INVALID_MESSAGE',
      message: expect.stringContaining(message),
    })
  },
)

test('a job that somebody else put on the queue harms nobody', async () => {
  await using stack = new AsyncDisposableStack()
  const bullmq = new Queue('runs', { connection: queue.connection.redis, prefix: queue.keyPrefix })
  stack.defer(() => bullmq.close())
  await bullmq.add('alien', { replyTo: 42 })
  await queue.taker({ slots: 1 })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun())
  expect(await outcome).toMatchObject({ status: 'succeeded' })
})

test('no more runs than slots are taken at once', async () => {
  let most = 0
  const taker = await queue.taker({
    slots: 3,
    handle: async () => {
      most = Math.max(most, taker.activeRuns)
      await new Promise(setImmediate)
      return succeeded(null)
    },
  })
  const submitter = await queue.submitter()
  await Promise.all(Array.from({ length: 30 }, async () => (await submitter.submit(newRun())).outcome))
  expect(most).toBe(3)
})

test('close() lets an active run finish, and takes no other', async () => {
  const [started, finish] = [latch(), latch()]
  const taker = await queue.taker({
    slots: 1,
    handle: async () => {
      started.resolve()
      await finish.promise
      return succeeded('finished')
    },
  })
  const submitter = await queue.submitter()
  const active = await submitter.submit(newRun())
  await started.wait()
  const waiting = await submitter.submit(newRun())
  const closing = taker.close()
  expect(taker.close()).toBe(closing)
  finish.resolve()
  await closing
  expect(await active.outcome).toMatchObject({ valueJson: '"finished"' })
  await queue.taker({ executor: 'other' })
  expect(await waiting.outcome).toMatchObject({ usage: { executor: 'other', attempts: 1 } })
})

test('close() hands back a run that outlasts the grace, and it runs elsewhere at once', async () => {
  const [started, never] = [latch(), latch<never>()]
  let isAborted = false
  const taker = await queue.taker({
    handle: (_message, { signal }) => {
      signal.addEventListener('abort', () => (isAborted = true))
      started.resolve()
      return never.promise
    },
  })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun())
  await started.wait()
  await queue.taker({ executor: 'other' })
  const closedAt = Date.now()
  await taker.close({ graceMs: 50 })
  expect(await outcome).toMatchObject({ status: 'succeeded', usage: { executor: 'other', attempts: 2 } })
  expect(isAborted).toBe(true)
  // Well before a lock would have expired.
  expect(Date.now() - closedAt).toBeLessThan(2_500)
})

test('a run whose handler says CLOSED is handed back', async () => {
  const first = await queue.taker({
    handle: async () => {
      void first.close()
      throw new IsolatedRuntimeError('CLOSED', 'The sandbox is closed')
    },
  })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun())
  await queue.taker({ executor: 'other' })
  expect(await outcome).toMatchObject({ status: 'succeeded', usage: { executor: 'other' } })
})

test('close() ends soon after the grace when Redis is away', async () => {
  await using proxy = await TcpProxy.start({ port: redis.server.port })
  const started = latch()
  const taker = await queue.taker({
    url: `redis://127.0.0.1:${proxy.port}`,
    handle: () => {
      started.resolve()
      return new Promise<never>(() => {})
    },
  })
  await (await queue.submitter()).submit(newRun())
  await started.wait()
  await proxy.close()
  const closedAt = Date.now()
  await taker.close({ graceMs: 100 })
  expect(Date.now() - closedAt).toBeLessThan(5_000)
})

test('an executor that lost a run to another neither completes it nor replies', async () => {
  await using proxy = await TcpProxy.start({ port: redis.server.port })
  const [started, given] = [latch(), latch()]
  const slow = await queue.taker({
    url: `redis://127.0.0.1:${proxy.port}`,
    executor: 'slow',
    handle: async (_message, { signal }) => {
      started.resolve()
      signal.addEventListener('abort', () => given.resolve())
      await given.promise
      return succeeded('late')
    },
  })
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun())
  await started.wait()
  proxy.blackhole()
  await queue.taker({ executor: 'other', handle: async () => succeeded('first') })
  expect(await outcome).toMatchObject({ valueJson: '"first"', usage: { executor: 'other', attempts: 2 } })
  proxy.heal()
  await given.wait(20_000)
  await slow.close()
  const [inbox] = await queue.keys('inbox:*')
  const entries = await queue.connection.redis.xrange(`${queue.keyPrefix}:${inbox}`, '-', '+')
  expect(entries.filter(([, fields]) => fields.includes(`default/${id}`))).toHaveLength(1)
  expect(await queue.connection.redis.hget(`${queue.keyPrefix}:runs:default/${id}`, 'returnvalue')).toContain(
    'first',
  )
})

test('outcomes are kept up to maxKeptOutcomes', async () => {
  await queue.taker({ maxKeptOutcomes: 3 })
  const submitter = await queue.submitter()
  for (let run = 0; run < 6; run += 1) await (await submitter.submit(newRun())).outcome
  await expect.poll(() => queue.keys('runs:default/*'), { timeout: 5_000 }).toHaveLength(3)
})
