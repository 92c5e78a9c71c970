import { latch, useRedis } from '@isolated-runtime/testing'
import { expect, test, vi } from 'vitest'
import { Tenants } from '../admin/tenants.ts'
import { within } from '../redis/within.ts'
import { GateDrive } from '../fixtures/gate-drive.ts'
import { newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import type { HandleOptions } from '../run/handle-run.ts'
import type { RunTakerOptions } from './run-taker.ts'

const redis = useRedis()
const HANDLE: RunTakerOptions['handle'] = async () => succeeded(null)

/** An executor that was found to have nothing to do, and only looks. */
async function calmExecutor(queue: TestQueue, handle = HANDLE): Promise<void> {
  await queue.taker({ handle })
  const { redis: commands } = queue.connection
  const gate = `${queue.keyPrefix}:runs:gate`
  await vi.waitFor(async () => {
    const [, heardOf] = await commands.zrange(`${gate}:executors`, '-1', '-1', 'WITHSCORES')
    expect(Number(heardOf)).toBeGreaterThan(Number(await commands.hget(gate, 'lastExecutorAt')))
  }, 10_000)
}

test('a run that was under way on an executor that is dead starts again on one that had nothing to do', async () => {
  await using queue = await TestQueue.open(redis)
  const again = latch<string>()
  await calmExecutor(queue, async ({ id }) => {
    again.resolve(id)
    return succeeded(null)
  })
  // Taken elsewhere, so that the executor here cannot be the one to take it; by one whose lease ends at once.
  await using elsewhere = await TestQueue.open(redis)
  const drive = new GateDrive(elsewhere)
  drive.now = Date.now()
  const id = await drive.enqueue('a')
  await drive.take()
  const { redis: commands } = queue.connection
  const job = `a/${id}`
  await commands.copy(`${elsewhere.keyPrefix}:runs:${job}`, `${queue.keyPrefix}:runs:${job}`)
  await commands.zadd(`${queue.keyPrefix}:runs:gate:leases`, 0, job)
  await commands.lpush(`${queue.keyPrefix}:runs:active`, job)
  expect(await again.wait()).toBe(id)
})

test('a delayed run and one over its rate start on an executor that had nothing to do, long before its next tick', async () => {
  await using queue = await TestQueue.open(redis)
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await tenants.set('limited', { runsPerSecond: 2, burst: 1 })
  await calmExecutor(queue)
  const submitter = await queue.submitter()
  const submitted = [
    submitter.submit(newRun({ tenant: 'delayed', delayMs: 500 })),
    submitter.submit(newRun({ tenant: 'limited' })),
    submitter.submit(newRun({ tenant: 'limited' })),
  ]
  const outcomes = await within(
    Promise.all(submitted.map(async (run) => (await run).outcome)),
    10_000,
    () => new Error('They did not start in time'),
  )
  expect(outcomes.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded'])
})

test('rules that are set while an executor has nothing to do hold for the next run a second later', async () => {
  await using queue = await TestQueue.open(redis)
  const rules: HandleOptions['rules'][] = []
  await calmExecutor(queue, async (_, options) => {
    rules.push(options.rules)
    return succeeded(null)
  })
  const { redis: commands } = queue.connection
  const tickedAt = () => commands.hget(`${queue.keyPrefix}:runs:gate`, 'lastExecutorAt')
  const before = await tickedAt()
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await tenants.set('acme', { isolation: 'run' })
  await vi.waitFor(async () => expect(await tickedAt()).not.toBe(before), 5_000)
  const submitter = await queue.submitter()
  await vi.waitFor(async () => {
    await (
      await submitter.submit(newRun({ tenant: 'acme' }))
    ).outcome
    expect(rules.at(-1)).toEqual({ isolation: 'run', limits: {} })
  })
})

test('an executor that was taken for dead while it had nothing to do offers its slots again', async () => {
  await using queue = await TestQueue.open(redis)
  await calmExecutor(queue)
  const { redis: commands } = queue.connection
  await commands.flushall()
  await vi.waitFor(
    async () => expect(await commands.hvals(`${queue.keyPrefix}:runs:gate:slots`)).toEqual(['16']),
    5_000,
  )
})
