import { useRedis } from '@isolated-runtime/testing'
import { expect, it } from 'vitest'
import { GateDrive, type TakenRun } from '../fixtures/gate-drive.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()

it('a tenant at its cap of concurrent runs waits, and the next starts when one is over', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(16)
  await drive.policy('capped', { maxConcurrent: 3 })
  for (let run = 0; run < 10; run++) await drive.enqueue('capped')
  await drive.enqueue('free')
  const taken = await drive.takeAll()
  expect(taken.map(({ tenant }) => tenant).toSorted()).toEqual(['capped', 'capped', 'capped', 'free'])
  const [first] = taken.filter(({ tenant }) => tenant === 'capped')
  await drive.finish(first as TakenRun)
  expect(await drive.takeAll()).toMatchObject([{ tenant: 'capped' }])
})

it('a run whose executor died after completing it gives its place back', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(16)
  await drive.policy('capped', { maxConcurrent: 1 })
  await drive.enqueue('capped')
  await drive.enqueue('capped')
  const [run] = await drive.takeAll()
  await drive.complete(run as TakenRun)
  await drive.executors(16)
  expect(await drive.takeAll()).toEqual([])
  drive.now += 10_000
  await drive.executors(16)
  expect(await drive.takeAll()).toMatchObject([{ tenant: 'capped' }])
})

it('a run that is still going on keeps its place, however long', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(16)
  await drive.policy('capped', { maxConcurrent: 1 })
  await drive.enqueue('capped', { expiresInMs: 3_600_000 })
  await drive.enqueue('capped', { expiresInMs: 3_600_000 })
  await drive.takeAll()
  for (let minute = 0; minute < 5; minute++) {
    drive.now += 60_000
    await drive.executors(16)
  }
  expect(await drive.takeAll()).toEqual([])
})

it('a place is given back once, whoever says so', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(16)
  await drive.policy('capped', { maxConcurrent: 2 })
  for (let run = 0; run < 6; run++) await drive.enqueue('capped')
  const [run] = await drive.takeAll()
  await drive.finish(run as TakenRun)
  await drive.finish(run as TakenRun)
  await drive.finish(run as TakenRun)
  expect(await drive.takeAll()).toHaveLength(1)
})

it('a job that was removed by hand gives its place back', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(16)
  await drive.policy('capped', { maxConcurrent: 1 })
  const given = await drive.enqueue('capped')
  const waiting = await drive.enqueue('capped')
  await drive.enqueue('capped', { id: 'last' })
  const { redis: commands } = queue.connection
  await commands.lrem(`${drive.key}:wait`, 1, `capped/${given}`)
  await commands.del(`${drive.key}:capped/${given}`, `${drive.key}:capped/${waiting}`)
  drive.now += 10_000
  await drive.executors(16)
  expect(await drive.takeAll()).toMatchObject([{ runId: 'last' }])
})

it('a rate is kept over time, with a burst after a rest', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(64)
  await drive.policy('fast', { runsPerSecond: 10, burst: 5 })
  for (let run = 0; run < 40; run++) await drive.enqueue('fast')
  expect(await drive.takeAll()).toHaveLength(5)
  let taken = 0
  for (let step = 0; step < 20; step++) {
    const nextInMs = await drive.executors(64)
    // It says when to come again, and comes then.
    expect(nextInMs).toBeGreaterThan(0)
    drive.now += nextInMs ?? 0
    await drive.executors(64)
    taken += (await drive.takeAll()).length
  }
  expect(taken).toBe(20)
  expect(drive.now - Date.UTC(2026, 0, 1)).toBe(2_000)
})

it('a budget of CPU time that is used up is paid off before the next run', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(1)
  await drive.policy('greedy', { cpuMsPerMinute: 6_000 })
  await drive.enqueue('greedy')
  const [run] = await drive.takeAll()
  await drive.finish(run as TakenRun, { cpuMs: 9_000 })
  await drive.enqueue('greedy')
  expect(await drive.takeAll()).toEqual([])
  drive.now += 29_000
  await drive.executors(1)
  expect(await drive.takeAll()).toEqual([])
  drive.now += 1_100
  await drive.executors(1)
  expect(await drive.takeAll()).toHaveLength(1)
})

it('more waiting runs than the cap are refused with the figures, and nothing is left of them', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.policy('many', { maxQueued: 3 })
  for (let run = 0; run < 5; run++) await drive.enqueue('many')
  await expect(drive.enqueue('many', { id: 'refused' })).rejects.toMatchObject({
    code: 'TENANT_QUEUE_FULL',
    message: expect.stringContaining('Tenant "many" has 3 runs waiting, its cap "maxQueued" is 3'),
    retryAfterMs: expect.any(Number),
  })
  expect(await queue.keys('*refused*')).toEqual([])
  await drive.enqueue('others')
})

it('the bytes of waiting runs are capped too, and given back', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.policy('large', { maxQueuedBytes: 5_000 })
  const argsJson = JSON.stringify(['x'.repeat(1_500)])
  for (let run = 0; run < 4; run++) await drive.enqueue('large', { argsJson })
  await expect(drive.enqueue('large', { argsJson })).rejects.toMatchObject({
    code: 'TENANT_QUEUE_FULL',
    message: expect.stringContaining('maxQueuedBytes'),
  })
  await drive.executors(16)
  await drive.enqueue('large', { argsJson })
  expect(await drive.takeAll()).toHaveLength(5)
  expect(await queue.keys('runs:gate:bytes')).toEqual([])
})

it('a cap that is raised lets waiting runs go at once', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(16)
  await drive.policy(undefined, { maxConcurrent: 1 })
  for (let run = 0; run < 6; run++) await drive.enqueue('a')
  expect(await drive.takeAll()).toHaveLength(1)
  await drive.policy('a', { maxConcurrent: 3 })
  expect(await drive.takeAll()).toHaveLength(2)
  await drive.policy('a', {})
  await drive.policy(undefined, {})
  expect(await drive.takeAll()).toHaveLength(3)
})

it('a debt of CPU time that takes hours to pay off is not forgotten', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(1)
  await drive.policy('greedy', { cpuMsPerMinute: 1_000 })
  await drive.enqueue('greedy')
  await drive.finish((await drive.take()) as TakenRun, { cpuMs: 601_000 })
  const bucket = await queue.connection.redis.pttl(`${drive.key}:gate:bucket:greedy`)
  expect(bucket).toBeGreaterThan(10 * 3_600_000 - 10_000)
  expect(bucket).toBeLessThan(11 * 3_600_000)
})

it('runs that expire while their tenant is at its cap take no place, and are not run whatever the clock of the executor', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.policy('a', { maxConcurrent: 1 })
  await drive.enqueue('a')
  for (let run = 0; run < 3; run++) await drive.enqueue('a', { expiresInMs: 1_000 })
  const wanted = await drive.enqueue('a', { id: 'wanted' })
  const [first] = await drive.takeAll()
  drive.now += 1_000
  await drive.executors(4)
  const expired = await drive.takeAll()
  const { redis: commands } = queue.connection
  for (const { runId } of expired)
    expect(await commands.hget(`${drive.key}:a/${runId}`, 'name')).toBe('expired maxConcurrent 1 0')
  expect(await commands.hget(`${drive.key}:gate:running`, 'a')).toBe('1')
  await drive.finish(first as TakenRun)
  expect(await drive.takeAll()).toEqual([{ tenant: 'a', runId: wanted }])
  for (const run of expired) await drive.finish(run)
  expect(await queue.keys('runs:gate:expired')).toEqual([])
})

it('a crowd of expired runs does not crowd out what others wait for', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.policy('crowd', { maxConcurrent: 1 })
  for (let run = 0; run < 200; run++) await drive.enqueue('crowd', { expiresInMs: 1_000 })
  drive.now += 1_000
  for (let tick = 0; tick < 50; tick++) await drive.executors(4)
  await drive.enqueue('polite')
  expect((await drive.serve(20)).indexOf('polite')).toBeLessThan(12)
})
