import { IsolatedRuntimeError, unsuccessful } from '@isolated-runtime/protocol'
import { latch, useRedis } from '@isolated-runtime/testing'
import { Queue } from 'bullmq'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { argsJsonOf, newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import type { RunSubmitter } from '../submit/run-submitter.ts'

const redis = useRedis()
let queue: TestQueue

beforeEach(async () => {
  queue = await TestQueue.open(redis)
})

afterEach(() => queue[Symbol.asyncDispose]())

async function runOnce(submitter: RunSubmitter, value: unknown): Promise<void> {
  const { outcome } = await submitter.submit(newRun({ argsJson: JSON.stringify([value]) }))
  expect(await outcome).toMatchObject({ valueJson: JSON.stringify([value]) })
}

/** How often Redis was asked for something while something went on, by command. */
async function countCalls(act: () => Promise<void>): Promise<Map<string, number>> {
  const { redis: connection } = queue.connection
  const read = async (): Promise<Map<string, number>> => {
    const info = await connection.info('commandstats')
    return new Map(
      Array.from(info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm), ([, name = '', calls]) => [
        name,
        Number(calls),
      ]),
    )
  }
  const before = await read()
  await act()
  return new Map(Array.from(await read(), ([name, calls]) => [name, calls - (before.get(name) ?? 0)]))
}

test('a run that travels alone costs Redis three scripts: submit, take, complete', async () => {
  await queue.taker()
  const submitter = await queue.submitter()
  await runOnce(submitter, 'first')
  const runs = 200
  const calls = await countCalls(async () => {
    for (let run = 0; run < runs; run++) await runOnce(submitter, run)
  })
  // What is done by the clock comes on top of them.
  expect(calls.get('evalsha')).toBeLessThan(3.2 * runs)
  expect(calls.get('bzpopmin')).toBeLessThan(1.2 * runs)
  expect(Array.from(calls.values()).reduce((sum, each) => sum + each)).toBeLessThan(60 * runs)
})

test('a run that waits behind another costs Redis two scripts: whoever completes one takes the next', async () => {
  const [started, go] = [latch(), latch()]
  await queue.taker({
    slots: 1,
    handle: async ({ call }) => {
      started.resolve()
      await go.promise
      return succeeded(JSON.parse(argsJsonOf(call)))
    },
  })
  const submitter = await queue.submitter()
  const runs = await Promise.all(Array.from({ length: 200 }, () => submitter.submit(newRun())))
  await started.wait()
  const calls = await countCalls(async () => {
    go.resolve()
    await Promise.all(runs.map(({ outcome }) => outcome))
  })
  expect(calls.get('evalsha')).toBeLessThan(1.2 * runs.length + 20)
})

test('a retry comes in its time while other runs come and go', async () => {
  let failures = 0
  await queue.taker({
    handle: async ({ call, retries }) => {
      if (retries && (failures += 1) === 1)
        return unsuccessful('failed', new IsolatedRuntimeError('GUEST_ERROR', 'not yet'))
      return succeeded(JSON.parse(argsJsonOf(call)))
    },
  })
  const submitter = await queue.submitter()
  const retries = { attempts: 2, backoffMs: 300, on: ['failed' as const] }
  const { outcome } = await submitter.submit(newRun({ retries }))
  for (let run = 0; run < 5; run++) await runOnce(submitter, run)
  const silentSince = performance.now()
  expect(await outcome).toMatchObject({ status: 'succeeded', usage: { attempts: 2 } })
  // A worker that knew of no retry would sleep for seconds.
  expect(performance.now() - silentSince).toBeLessThan(2_500)
})

test('a queue that is paused by hand gives out nothing, and goes on when it is resumed', async () => {
  const tool = new Queue('runs', { connection: queue.connection.redis, prefix: queue.keyPrefix })
  let taken = 0
  await queue.taker({
    handle: async ({ call }) => {
      taken += 1
      return succeeded(JSON.parse(argsJsonOf(call)))
    },
  })
  const submitter = await queue.submitter()
  await runOnce(submitter, 'before')
  await tool.pause()
  const { outcome } = await submitter.submit(newRun())
  await expect.poll(() => tool.getWaitingCount()).toBe(1)
  // The executor has been woken by the run, and has looked.
  await expect.poll(() => queue.connection.redis.exists(`${queue.keyPrefix}:runs:marker`)).toBe(0)
  expect(taken).toBe(1)
  await tool.resume()
  expect(await outcome).toMatchObject({ status: 'succeeded' })
})

test('runs that wait are run while Redis is full', async () => {
  const submitter = await queue.submitter()
  const runs = await Promise.all(Array.from({ length: 3 }, () => submitter.submit(newRun())))
  await queue.connection.redis.config('SET', 'maxmemory', '1mb')
  try {
    await queue.taker({ slots: 2 })
    const outcomes = await Promise.all(runs.map(({ outcome }) => outcome))
    expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('succeeded'))
  } finally {
    await queue.connection.redis.config('SET', 'maxmemory', '0')
  }
})

test('a run settles though something else lies where its client reads', async () => {
  const [started, go] = [latch(), latch()]
  await queue.taker({
    handle: async () => {
      started.resolve()
      await go.promise
      return succeeded('told')
    },
  })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun())
  await started.wait()
  const [inbox] = await queue.keys('inbox:*')
  await queue.connection.redis.set(`${queue.keyPrefix}:${inbox}`, 'no stream')
  go.resolve()
  expect(await outcome).toMatchObject({ valueJson: '"told"' })
  expect(await queue.connection.redis.llen(`${queue.keyPrefix}:runs:active`)).toBe(0)
})
