import { latch, useRedis } from '@isolated-runtime/testing'
import { Worker } from 'bullmq'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import { Gate } from '../gate/gate.ts'

const redis = useRedis()
let queue: TestQueue

beforeEach(async () => {
  queue = await TestQueue.open(redis)
})

afterEach(() => queue[Symbol.asyncDispose]())

test('an outcome is kept for as long as its run asks for, those of others for as long as ever', async () => {
  await queue.taker({ keepOutcomeMs: 5_000 })
  const submitter = await queue.submitter()
  const runs = [newRun({ keepOutcomeMs: 1_000 }), newRun(), newRun({ keepOutcomeMs: 3_600_000 })]
  for (const run of runs) await (await submitter.submit(run)).outcome
  const [short, usual, long] = runs.map(({ id }) => id)
  const { redis: commands } = queue.connection
  const ttl = (id = ''): Promise<number> => commands.pttl(`${queue.keyPrefix}:runs:run-${id}`)
  await vi.waitFor(async () => expect(await ttl(long)).toBeGreaterThan(3_500_000))
  expect(await ttl(usual)).toBe(-1)
  await vi.waitFor(async () => expect(await ttl(short)).toBe(-2), 5_000)
  // Time passes for all of them, and another run is over: what is too old is removed.
  const completed = `${queue.keyPrefix}:runs:completed`
  for (const id of [usual, long]) await commands.zincrby(completed, -6_000, `run-${id}`)
  await (
    await submitter.submit(newRun())
  ).outcome
  expect(await ttl(usual)).toBe(-2)
  expect(await ttl(long)).toBeGreaterThan(0)
})

test('a wait settles by its deadline though the outcome was kept for a shorter time than the wait', async () => {
  const submitter = await queue.submitter()
  const gate = latch()
  await queue.taker({
    handle: async () => {
      await gate.promise
      return succeeded('gone')
    },
  })
  const run = newRun({ keepOutcomeMs: 1_000 })
  const { outcome } = await submitter.submit(run)
  // The reply is lost, and before it is looked for the outcome is gone as well.
  for (const inbox of await queue.keys('inbox:*'))
    await queue.connection.redis.del(`${queue.keyPrefix}:${inbox}`)
  gate.resolve()
  const settled = await outcome.catch((error: unknown) => error)
  expect([
    expect.objectContaining({ code: 'RUN_LOST' }),
    expect.objectContaining({ valueJson: '"gone"' }),
  ]).toContainEqual(settled)
})

test('the outcome of a cancelled run is kept for as long as asked for too', async () => {
  const submitter = await queue.submitter()
  const { id } = await submitter.submit(newRun({ keepOutcomeMs: 3_600_000 }))
  await submitter.cancel(id, '')
  expect(await queue.connection.redis.pttl(`${queue.keyPrefix}:runs:run-${id}`)).toBeGreaterThan(3_500_000)
})

test('so is that of a run whose executor died as soon as it was over', async () => {
  const { redis: commands } = queue.connection
  const { id } = await (await queue.submitter()).submit(newRun({ keepOutcomeMs: 3_600_000 }))
  const over = latch()
  const worker = new Worker('runs', async () => succeeded(1), {
    connection: commands,
    prefix: queue.keyPrefix,
  })
  worker.on('completed', () => over.resolve())
  await over.promise
  await worker.close()
  const gate = new Gate(commands, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  const look = { deadAfterMs: 5_000, lookEveryMs: 0, maxMemoryShare: 1, maxQueueAgeMs: 0 }
  await gate.tick({ executor: 'other', slots: 1, ...look })
  expect(await commands.pttl(`${queue.keyPrefix}:runs:run-${id}`)).toBeGreaterThan(3_500_000)
})
