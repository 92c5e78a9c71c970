// Each of these left thousands of waits hanging with BullMQ's own waitUntilFinished().
import { setTimeout as delay } from 'node:timers/promises'
import { latch, TcpProxy, useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { argsJsonOf, newRun, succeeded } from './fixtures/runs.ts'
import { startTaker } from './fixtures/start-taker.ts'
import { TestQueue } from './fixtures/test-queue.ts'
import type { RunSubmitter } from './submit/run-submitter.ts'
import type { SubmittedRun } from './submit/submit-shard.ts'

const redis = useRedis()
/** What a busy machine may need for thousands of runs. */
const LONG_MS = 110_000

async function submitMany(submitter: RunSubmitter, count: number): Promise<SubmittedRun[]> {
  return Promise.all(
    Array.from({ length: count }, (_, value) => submitter.submit(newRun({ argsJson: `[${value}]` }))),
  )
}

async function valuesOf(runs: readonly SubmittedRun[]): Promise<unknown[]> {
  const outcomes = await Promise.all(runs.map(({ outcome }) => outcome))
  return outcomes.map((each) => each.status === 'succeeded' && each.valueJson)
}

const expected = (count: number): string[] => Array.from({ length: count }, (_, value) => `[${value}]`)

test(
  '5,000 waits settle when the event loop of their client stands still for ten seconds',
  { timeout: LONG_MS },
  async () => {
    await using queue = await TestQueue.open(redis)
    await using executor = await startTaker(queue, { name: 'other', runMs: 0 })
    const submitter = await queue.submitter({ leaseMs: 3_000 })
    const runs = await submitMany(submitter, 5_000)
    // Longer than the inbox lives without its client, and than anybody keeps a connection that says nothing.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000)
    expect(await valuesOf(runs)).toEqual(expected(5_000))
    // What it wrote meanwhile may come later than the replies.
    await expect
      .poll(() => executor.lines.filter((line) => line.startsWith('taken')), { timeout: LONG_MS })
      .toHaveLength(5_000)
  },
)

test(
  '5,000 waits settle when the connection is away for five seconds in the middle of them',
  { timeout: LONG_MS },
  async () => {
    await using queue = await TestQueue.open(redis)
    await using proxy = await TcpProxy.start({ port: redis.server.port })
    const submitter = await queue.submitter({ url: `redis://127.0.0.1:${proxy.port}` })
    const runs = await submitMany(submitter, 5_000)
    const half = latch()
    let handled = 0
    await queue.taker({
      handle: async ({ call }) => {
        handled += 1
        if (handled === 2_500) half.resolve()
        return succeeded(JSON.parse(argsJsonOf(call)))
      },
    })
    await half.promise
    proxy.blackhole()
    await delay(5_000)
    proxy.cut()
    proxy.heal()
    expect(await valuesOf(runs)).toEqual(expected(5_000))
  },
)

test('the first runs of clients that have only just connected settle', async () => {
  await using queue = await TestQueue.open(redis)
  await queue.taker()
  const runs = await Promise.all(
    Array.from({ length: 60 }, async (_, value) =>
      (await queue.submitter()).submit(newRun({ argsJson: `[${value}]` })),
    ),
  )
  expect(await valuesOf(runs)).toEqual(expected(60))
})

test('waits settle when the inbox is trimmed to nothing again and again', async () => {
  await using queue = await TestQueue.open(redis)
  const submitter = await queue.submitter()
  const [inbox] = await queue.keys('inbox:*')
  const runs = await submitMany(submitter, 300)
  let handled = 0
  await queue.taker({
    slots: 4,
    handle: async ({ call }) => {
      handled += 1
      if (handled % 10 === 0) await queue.connection.redis.xtrim(`${queue.keyPrefix}:${inbox}`, 'MAXLEN', 0)
      return succeeded(JSON.parse(argsJsonOf(call)))
    },
  })
  expect(await valuesOf(runs)).toEqual(expected(300))
})

test('a wait whose reply is lost and whose outcome is no longer kept ends, and says so', async () => {
  await using queue = await TestQueue.open(redis)
  await using proxy = await TcpProxy.start({ port: Number(new URL(queue.url).port) })
  const submitter = await queue.submitter({ url: `redis://127.0.0.1:${proxy.port}` })
  const [inbox] = await queue.keys('inbox:*')
  const runs = await submitMany(submitter, 20)
  await queue.connection.redis.del(`${queue.keyPrefix}:${inbox}`)
  // Nothing is looked at until there is no more to be seen than is kept.
  proxy.blackhole()
  await queue.taker({ maxKeptOutcomes: 1 })
  const { redis: commands } = queue.connection
  await expect.poll(() => commands.zcard(`${queue.keyPrefix}:runs:completed`), { timeout: 10_000 }).toBe(1)
  await expect
    .poll(() => commands.exists(`${queue.keyPrefix}:runs:active`, `${queue.keyPrefix}:runs:wait`))
    .toBe(0)
  await expect.poll(() => commands.zcard(`${queue.keyPrefix}:runs:completed`), { timeout: 10_000 }).toBe(1)
  proxy.heal()
  const ends = await Promise.allSettled(runs.map(({ outcome }) => outcome))
  const codes = new Set(ends.map((end) => (end.status === 'rejected' ? end.reason.code : end.value.status)))
  expect(codes).toEqual(new Set(['RUN_LOST', 'succeeded']))
})

test('runs that are flushed away while they wait are told as lost', async () => {
  await using queue = await TestQueue.open(redis)
  const submitter = await queue.submitter()
  const runs = await submitMany(submitter, 500)
  const keys = await queue.connection.redis.keys(`${queue.keyPrefix}:runs:*`)
  await queue.connection.redis.del(...keys)
  const ends = await Promise.allSettled(runs.map(({ outcome }) => outcome))
  expect(new Set(ends.map((end) => (end.status === 'rejected' ? end.reason.code : end.value)))).toEqual(
    new Set(['RUN_LOST']),
  )
})
