import { latch, useRedis } from '@isolated-runtime/testing'
import { expect, test, vi } from 'vitest'
import { newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import { readFleetLoad, type FleetLoad } from './fleet-load.ts'
import { Tenants } from './tenants.ts'

const redis = useRedis()

function loadOf(queue: TestQueue, shards = 1): Promise<FleetLoad> {
  return readFleetLoad(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs', shards })
}

test.for([1, 3])(
  'the load counts what more slots would start, and nothing else, on %i shards',
  async (shards) => {
    await using queue = await TestQueue.open(redis)
    const options = { keyPrefix: queue.keyPrefix, queueName: 'runs', shards }
    const submitter = await queue.submitter({ shards })
    const go = latch()
    const handle = async (): Promise<ReturnType<typeof succeeded>> => {
      await go.promise
      return succeeded(null)
    }
    await queue.taker({ slots: 4, handle, shards })
    expect(await loadOf(queue, shards)).toEqual({
      slots: 4,
      running: 0,
      waiting: 0,
      held: 0,
      delayed: 0,
      oldestWaitingMs: 0,
      load: 0,
    })
    await new Tenants(queue.connection, options).set('capped', { maxConcurrent: 1 })
    for (let n = 0; n < 6; n++) await submitter.submit(newRun({ tenant: 'capped' }))
    for (let n = 0; n < 30; n++) await submitter.submit(newRun({ tenant: 'plain' }))
    await submitter.submit({ ...newRun({ tenant: 'plain' }), delayMs: 60_000 })
    await vi.waitFor(async () => expect((await loadOf(queue, shards)).running).toBeGreaterThanOrEqual(4))
    const load = await loadOf(queue, shards)
    expect(load).toMatchObject({ held: 5, delayed: 1, load: 31 / 4 })
    expect(load.running + load.waiting).toBe(31)
    await vi.waitFor(async () => expect((await loadOf(queue, shards)).oldestWaitingMs).toBeGreaterThan(0))
    go.resolve()
    await vi.waitFor(async () => expect((await loadOf(queue, shards)).load).toBe(0), 10_000)
  },
)

test('without executors the load is what waits, so that there is a reason to start one', async () => {
  await using queue = await TestQueue.open(redis)
  const submitter = await queue.submitter()
  for (let n = 0; n < 3; n++) await submitter.submit(newRun())
  expect(await loadOf(queue)).toMatchObject({ slots: 0, running: 0, waiting: 3, load: 3 })
})
