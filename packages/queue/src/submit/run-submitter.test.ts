import { TcpProxy, latch, useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { GateDrive } from '../fixtures/gate-drive.ts'
import { argsJsonOf, keyOf, newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
let queue: TestQueue

beforeEach(async () => {
  queue = await TestQueue.open(redis)
})

afterEach(() => queue[Symbol.asyncDispose]())

test('submit() gives the outcome that an executor makes, with what it cost', async () => {
  await queue.taker()
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ argsJson: '[1]' }))
  expect(await outcome).toMatchObject({
    status: 'succeeded',
    valueJson: '[1]',
    usage: { attempts: 1, executor: 'executor-1', queuedMs: expect.any(Number) },
  })
})

test.for(['meta', 'wait', '42', 'events', 'a.b@c-d'])('a run may be called "%s"', async (id) => {
  await queue.taker()
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ id }))
  expect(await outcome).toMatchObject({ status: 'succeeded' })
})

test('a run that is waited for already is joined', async () => {
  const submitter = await queue.submitter()
  const run = newRun()
  const first = await submitter.submit(run)
  const second = await submitter.submit(run)
  await queue.taker()
  expect(await second.outcome).toBe(await first.outcome)
})

test('an outcome too large for the inbox arrives all the same', async () => {
  await queue.taker({ handle: async () => succeeded('x'.repeat(100_000)) })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun())
  expect(await outcome).toMatchObject({ valueJson: expect.stringMatching(/^"x{100000}"$/) })
})

test('the stored outcome settles a wait whose reply was lost', async () => {
  const submitter = await queue.submitter()
  const gate = latch()
  await queue.taker({
    handle: async () => {
      await gate.promise
      return succeeded('found')
    },
  })
  const { outcome } = await submitter.submit(newRun())
  const [inbox] = await queue.keys('inbox:*')
  await queue.connection.redis.del(`${queue.keyPrefix}:${inbox}`)
  gate.resolve()
  expect(await outcome).toMatchObject({ valueJson: '"found"' })
  // Whoever missed a reply makes its inbox anew.
  await vi.waitFor(async () => expect(await queue.keys('inbox:*')).toEqual([inbox]), 5_000)
})

test('200 waits settle when the connection is cut in the middle of them', async () => {
  await using proxy = await TcpProxy.start({ port: redis.server.port })
  const submitter = await queue.submitter({ url: `redis://127.0.0.1:${proxy.port}` })
  const half = latch()
  let handled = 0
  await queue.taker({
    handle: async ({ call }) => {
      handled += 1
      if (handled === 100) half.resolve()
      return succeeded(JSON.parse(argsJsonOf(call)))
    },
  })
  const values = Array.from({ length: 200 }, (_, value) => value)
  const outcomes = Promise.all(
    values.map(async (value) => (await submitter.submit(newRun({ argsJson: `[${value}]` }))).outcome),
  )
  await half.wait()
  proxy.cut()
  expect((await outcomes).map((each) => each.status === 'succeeded' && each.valueJson)).toEqual(
    values.map((value) => `[${value}]`),
  )
})

test('a run that is removed by hand is lost, and said to be', async () => {
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun())
  await queue.connection.redis.del(`${queue.keyPrefix}:runs:default/${id}`)
  await expect(outcome).rejects.toMatchObject({ code: 'RUN_LOST' })
})

test('a wait ends at its deadline, and says whether the run was taken', async () => {
  const submitter = await queue.submitter({ graceMs: 1 })
  // An executor that is alive and takes nothing.
  const drive = new GateDrive(queue)
  drive.now = Date.now()
  await drive.executors(1)
  const limits = { ...newRun().call.limits, timeoutMs: 1 }
  const waiting = await submitter.submit(newRun({ expiresInMs: 1, limits }))
  await expect(waiting.outcome).rejects.toMatchObject({
    code: 'WAIT_TIMED_OUT',
    message: expect.stringContaining('no executor has taken it'),
  })
})

test('a wait ends at its deadline when Redis is away as well', async () => {
  await using proxy = await TcpProxy.start({ port: redis.server.port })
  const submitter = await queue.submitter({ url: `redis://127.0.0.1:${proxy.port}`, graceMs: 1 })
  proxy.blackhole()
  const limits = { ...newRun().call.limits, timeoutMs: 1 }
  await expect(submitter.submit(newRun({ expiresInMs: 1, limits }))).rejects.toMatchObject({
    code: 'REDIS_UNREACHABLE',
    message: expect.stringContaining('did not take run'),
  })
})

test('attach() waits for a run that somebody else submitted', async () => {
  const [one, two] = [await queue.submitter(), await queue.submitter()]
  const { id } = await one.submit(newRun({ argsJson: '["mine"]' }))
  const attached = await two.attach(keyOf(id))
  await queue.taker()
  expect(await attached.outcome).toMatchObject({ valueJson: '["mine"]' })
  expect(await (await two.attach(keyOf(id))).outcome).toMatchObject({ valueJson: '["mine"]' })
})

test('attach() rejects for a run that nobody submitted', async () => {
  const submitter = await queue.submitter()
  await expect(submitter.attach(keyOf('nobody'))).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
})

test('resubmit() runs a run again that has an outcome', async () => {
  let times = 0
  await queue.taker({ handle: async () => succeeded((times += 1)) })
  const submitter = await queue.submitter()
  const run = newRun()
  expect(await (await submitter.submit(run)).outcome).toMatchObject({ valueJson: '1' })
  expect(await (await submitter.resubmit(run)).outcome).toMatchObject({ valueJson: '2' })
})

test('close() rejects what waits, removes the inbox, and takes no more runs', async () => {
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun())
  const closing = submitter.close()
  await expect(outcome).rejects.toMatchObject({ code: 'CLOSED' })
  expect(submitter.close()).toBe(closing)
  await closing
  expect(await queue.keys('inbox:*')).toEqual([])
  await expect(submitter.submit(newRun())).rejects.toMatchObject({ code: 'CLOSED' })
})

test('an open client renews its inbox; a client that is gone leaves nothing for longer than its lease', async () => {
  await using proxy = await TcpProxy.start({ port: redis.server.port })
  await queue.submitter({ url: `redis://127.0.0.1:${proxy.port}`, leaseMs: 300 })
  const [inbox] = await queue.keys('inbox:*')
  await queue.connection.redis.pexpire(`${queue.keyPrefix}:${inbox}`, 150)
  await vi.waitFor(
    async () => expect(await queue.connection.redis.pttl(`${queue.keyPrefix}:${inbox}`)).toBeGreaterThan(200),
    { timeout: 5_000, interval: 10 },
  )
  proxy.blackhole()
  await vi.waitFor(async () => expect(await queue.keys('inbox:*')).toEqual([]), 5_000)
})
