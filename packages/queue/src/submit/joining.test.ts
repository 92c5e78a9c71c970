import { latch, useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { argsJsonOf, newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
let queue: TestQueue

beforeEach(async () => {
  queue = await TestQueue.open(redis)
})

afterEach(() => queue[Symbol.asyncDispose]())

const LARGE = JSON.stringify(['x'.repeat(50_000)])

test('another request under the id of a run is refused, and whoever waits for the run goes on waiting', async () => {
  const submitter = await queue.submitter()
  const run = newRun({ id: 'order', isNamed: true })
  const { outcome } = await submitter.submit(run)
  await expect(submitter.submit({ ...run, call: { ...run.call, funcName: 'other' } })).rejects.toMatchObject({
    code: 'RUN_ID_TAKEN',
  })
  await queue.taker({ handle: async () => succeeded('the first') })
  expect(await outcome).toMatchObject({ valueJson: '"the first"' })
})

test('a run that is joined once it is over is heard of without waiting for a reply', async () => {
  await queue.taker({ handle: async () => succeeded(1) })
  const submitter = await queue.submitter()
  const run = newRun({ isNamed: true })
  await (
    await submitter.submit(run)
  ).outcome
  const startedAt = performance.now()
  for (let join = 0; join < 10; join++) await (await submitter.submit(run)).outcome
  // A reply that does not come is looked for after two seconds.
  expect((performance.now() - startedAt) / 10).toBeLessThan(1_000)
})

test('whoever joins a run leaves no arguments of its own', async () => {
  const go = latch()
  await queue.taker({
    handle: async ({ call }) => {
      await go.promise
      return succeeded(argsJsonOf(call).length)
    },
  })
  const run = newRun({ isNamed: true, argsJson: LARGE })
  const first = await (await queue.submitter()).submit(run)
  const [payload] = await queue.keys('payload:*')
  const second = await (await queue.submitter()).submit(run)
  await vi.waitFor(async () => expect(await queue.keys('payload:*')).toEqual([payload]))
  go.resolve()
  expect(await second.outcome).toEqual(await first.outcome)
  await vi.waitFor(async () => expect(await queue.keys('payload:*')).toEqual([]))
})
