import { latch, useRedis } from '@isolated-runtime/testing'
import { Worker } from 'bullmq'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { argsJsonOf, keyOf, newRun, succeeded } from '../fixtures/runs.ts'
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
  const ttl = (id = ''): Promise<number> => commands.pttl(`${queue.keyPrefix}:runs:default/${id}`)
  expect(await ttl(long)).toBeGreaterThan(3_500_000)
  expect(await ttl(usual)).toBeLessThanOrEqual(5_000)
  await expect.poll(() => ttl(short), { timeout: 5_000 }).toBe(-2)
})

test('outcomes end though no other run is completed, and their ids are free again', async () => {
  let runsOf = 0
  await queue.taker({
    keepOutcomeMs: 1_000,
    handle: async () => {
      runsOf += 1
      return succeeded(runsOf)
    },
  })
  const submitter = await queue.submitter()
  const run = newRun({ isNamed: true })
  const again = async (): Promise<string | undefined> => {
    const outcome = await (await submitter.submit(run)).outcome
    return outcome.status === 'succeeded' ? outcome.valueJson : outcome.status
  }
  expect([await again(), await again()]).toEqual(['1', '1'])
  await expect.poll(() => queue.keys('runs:default/*'), { timeout: 5_000 }).toEqual([])
  await expect(submitter.attach(keyOf(run.id))).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  expect(await again()).toBe('2')
})

test('a run goes on whose id had an outcome before, while other runs are completed', async () => {
  const [isHeld, go] = [latch(), latch()]
  await queue.taker({
    keepOutcomeMs: 1_000,
    handle: async ({ call }, { attempt }) => {
      if (argsJsonOf(call) === '["hold"]') {
        isHeld.resolve()
        await go.promise
      }
      return succeeded(attempt)
    },
  })
  const submitter = await queue.submitter()
  const { id } = newRun()
  await (
    await submitter.submit(newRun({ id }))
  ).outcome
  await expect.poll(() => queue.keys('runs:default/*'), { timeout: 5_000 }).toEqual([])
  const { outcome } = await submitter.submit(newRun({ id, argsJson: '["hold"]' }))
  await isHeld.wait()
  const { redis: commands } = queue.connection
  const hasEntry = (): Promise<string | null> =>
    commands.zscore(`${queue.keyPrefix}:runs:completed`, `default/${id}`)
  await expect
    .poll(
      async () => {
        await (
          await submitter.submit(newRun())
        ).outcome
        return hasEntry()
      },
      { timeout: 10_000 },
    )
    .toBeNull()
  go.resolve()
  expect(await outcome).toMatchObject({ status: 'succeeded', valueJson: '1' })
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

test('the outcomes of runs that are cancelled while they wait obey the same rule, whatever executors are told', async () => {
  const submitter = await queue.submitter()
  await queue.taker({ keepOutcomeMs: 60_000, slots: 1 })
  const { redis: commands } = queue.connection
  const runs = [newRun({ keepOutcomeMs: 300_000 }), newRun()]
  for (const run of runs) {
    await submitter.submit({ ...run, delayMs: 3_600_000 })
    await submitter.cancel(keyOf(run.id), '')
  }
  // A tick later.
  for (let run = 0; run < 2; run++) await (await submitter.submit(newRun({ delayMs: 1_000 }))).outcome
  const ttls = await Promise.all(runs.map(({ id }) => commands.pttl(`${queue.keyPrefix}:runs:default/${id}`)))
  expect(ttls.map((ttl) => Math.ceil(ttl / 60_000))).toEqual([5, 1])
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
  const kept = { keepOutcomeMs: 60_000, maxKeptOutcomes: 10 }
  await gate.tick({ executor: 'other', slots: 1, ...look, ...kept })
  expect(await commands.pttl(`${queue.keyPrefix}:runs:default/${id}`)).toBeGreaterThan(3_500_000)
})
