import { latch, useRedis } from '@isolated-runtime/testing'
import { Queue } from 'bullmq'
import { expect, it } from 'vitest'
import { GateDrive, type TakenRun } from '../fixtures/gate-drive.ts'
import { newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

// What operators do with the tools that come with BullMQ, which know nothing of the gate.
const redis = useRedis()

function bullOf(queue: TestQueue): Queue & AsyncDisposable {
  const bull = new Queue('runs', { connection: queue.connection.redis, prefix: queue.keyPrefix })
  return Object.assign(bull, { [Symbol.asyncDispose]: () => bull.close() })
}

/** Everything but what tenants used, and the executor. */
const leftOf = async (queue: TestQueue) =>
  (await queue.keys('runs:gate:*')).filter((key) => !/usage|executors|slots|policy|changed/.test(key))

it('drain() takes what was given out; the places are free again, and what waits in line goes on', async () => {
  await using queue = await TestQueue.open(redis)
  await using bull = bullOf(queue)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.policy('a', { maxConcurrent: 2 })
  for (let run = 0; run < 3; run++) await drive.enqueue('a')
  await bull.drain()
  expect(await drive.takeAll()).toEqual([])
  drive.now += 10_000
  await drive.executors(4)
  expect(await drive.serve(5)).toEqual(['a'])
  await drive.executors(4)
  expect(await leftOf(queue)).toEqual([])
})

it('obliterate() leaves a queue that works', async () => {
  await using queue = await TestQueue.open(redis)
  await using bull = bullOf(queue)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.policy('a', { maxConcurrent: 2 })
  for (let run = 0; run < 5; run++) await drive.enqueue('a', { expiresInMs: 600_000 })
  await drive.take()
  await bull.obliterate({ force: true })
  await bull.resume()
  drive.now += 10_000
  await drive.executors(4)
  await drive.enqueue('b')
  expect((await drive.serve(9)).toSorted()).toEqual(['a', 'a', 'a', 'b'])
  await drive.executors(4)
  expect(await leftOf(queue)).toEqual([])
})

it('job.remove() of runs in line, delayed and given out leaves no count behind', async () => {
  await using queue = await TestQueue.open(redis)
  await using bull = bullOf(queue)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.policy('a', { maxConcurrent: 1 })
  const ids = [
    await drive.enqueue('a'),
    await drive.enqueue('a'),
    await drive.enqueue('a', { argsJson: '["large"]' }),
    await drive.enqueue('a', { notBefore: drive.now + 5_000 }),
  ]
  for (const id of ids) await (await bull.getJob(`a/${id}`))?.remove()
  drive.now += 70_000
  await drive.executors(4)
  await drive.executors(4)
  expect(await leftOf(queue)).toEqual([])
})

it('an id that is used again after its job was removed by hand is counted once', async () => {
  await using queue = await TestQueue.open(redis)
  await using bull = bullOf(queue)
  const drive = new GateDrive(queue)
  const { redis: commands } = queue.connection
  await drive.executors(4)
  await drive.policy('a', { maxConcurrent: 1 })
  const notBefore = drive.now + 5_000
  await drive.enqueue('a', { id: 'given' })
  await drive.enqueue('a', { id: 'in-line' })
  await drive.enqueue('a', { id: 'delayed', notBefore })
  for (const id of ['given', 'in-line', 'delayed']) await (await bull.getJob(`a/${id}`))?.remove()
  await drive.enqueue('a', { id: 'given' })
  await drive.enqueue('a', { id: 'in-line' })
  await drive.enqueue('a', { id: 'delayed' })
  expect(await commands.hgetall(`${drive.key}:gate:running`)).toEqual({ a: '1' })
  drive.now = notBefore + 10_000
  await drive.executors(4)
  expect(await drive.serve(9)).toEqual(['a', 'a', 'a'])
  await drive.executors(4)
  expect(await leftOf(queue)).toEqual([])
})

it('a paused queue is given no more than it has room for, and goes on when it is resumed', async () => {
  await using queue = await TestQueue.open(redis)
  await using bull = bullOf(queue)
  const submitter = await queue.submitter()
  await queue.taker({ slots: 2 })
  await bull.pause()
  const runs = await Promise.all(Array.from({ length: 20 }, () => submitter.submit(newRun())))
  await expect.poll(() => bull.getWaitingCount(), { timeout: 5_000 }).toBe(4)
  await bull.resume()
  const outcomes = await Promise.all(runs.map(({ outcome }) => outcome))
  expect(outcomes.every(({ status }) => status === 'succeeded')).toBe(true)
})

it('a run that BullMQ gives up, because it brings down executors, frees its place as trouble', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.policy('a', { maxConcurrent: 1 })
  await drive.enqueue('a')
  await drive.enqueue('a')
  const run = (await drive.take()) as TakenRun
  const { redis: commands } = queue.connection
  await commands.lrem(`${drive.key}:active`, 1, `${run.tenant}/${run.runId}`)
  await commands.hset(`${drive.key}:${run.tenant}/${run.runId}`, {
    finishedOn: drive.now,
    failedReason: 'stalled',
  })
  drive.now += 10_000
  await drive.executors(4)
  expect(await drive.takeAll()).toHaveLength(1)
  expect(await commands.hgetall(`${drive.key}:gate:usage:a:${Math.floor(drive.now / 3_600_000)}`)).toEqual({
    trouble: '1',
  })
})

it('outcomes that are dropped before the gate hears of them are counted all the same', async () => {
  await using queue = await TestQueue.open(redis)
  await queue.taker({ maxKeptOutcomes: 1 })
  const submitter = await queue.submitter()
  const runs = await Promise.all(Array.from({ length: 50 }, () => submitter.submit(newRun({ tenant: 'a' }))))
  await Promise.all(runs.map(({ outcome }) => outcome))
  const key = `${queue.keyPrefix}:runs:gate`
  const { redis: commands } = queue.connection
  await expect.poll(async () => commands.zcard(`${key}:flying`)).toBe(0)
  const [usage] = await queue.keys('runs:gate:usage:a:*')
  expect(await commands.hget(`${queue.keyPrefix}:${usage}`, 'succeeded')).toBe('50')
})

it('a run that is over and is tried again by hand does not end before it is over again', async () => {
  await using queue = await TestQueue.open(redis)
  await using bull = bullOf(queue)
  const [isTaken, go] = [latch(), latch()]
  await queue.taker({
    handle: async (_, { attempt }) => {
      if (attempt === 2) {
        isTaken.resolve()
        await go.promise
      }
      return succeeded(attempt)
    },
  })
  const { id, outcome } = await (await queue.submitter()).submit(newRun({ keepOutcomeMs: 60_000 }))
  await outcome
  const { redis: commands } = queue.connection
  const ttl = (): Promise<number> => commands.pttl(`${queue.keyPrefix}:runs:default/${id}`)
  expect(await ttl()).toBeGreaterThan(0)
  await (await bull.getJob(`default/${id}`))?.retry('completed')
  await isTaken.wait()
  expect(await ttl()).toBe(-1)
  go.resolve()
  await expect.poll(ttl).toBeGreaterThan(0)
})
