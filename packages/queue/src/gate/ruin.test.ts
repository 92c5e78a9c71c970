import { useRedis } from '@isolated-runtime/testing'
import { expect, it } from 'vitest'
import { runStatus } from '../admin/run-status.ts'
import { counted, GateDrive, type TakenRun } from '../fixtures/gate-drive.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()

/** The CPU time of a process that a run ruins. */
const ruining = { ruinedCpuMs: 200 }

it('a tenant whose runs ruin processes again and again waits longer and longer, and is told why', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  // Status goes by the clock of Redis.
  drive.now = Date.now()
  await drive.executors(4)
  for (let run = 0; run < 20; run++) await drive.enqueue('ruinous', { expiresInMs: 3_600_000 })
  let ruined = 0
  for (let taken = await drive.take(); taken !== undefined; taken = await drive.take(), ruined++)
    await drive.finish(taken, ruining)
  // A second of CPU time at once.
  expect(ruined).toBeGreaterThanOrEqual(5)
  expect(ruined).toBeLessThanOrEqual(12)
  const { why, cap } = await runStatus(queue.connection.redis, drive.key, {
    tenant: 'ruinous',
    id: `ruinous-${ruined + 1}`,
  })
  expect(cap).toBe('ruin')
  expect(why).toMatch(
    /^runs of its tenant have lately ruined threads and processes worth \d{4} ms of CPU time, the next starts at 2/,
  )
  // Then as much as a twentieth of a processor.
  let later = 0
  for (let second = 0; second < 60; second++) {
    drive.now += 1_000
    await drive.executors(4)
    for (let taken = await drive.take(); taken !== undefined; taken = await drive.take(), later++)
      await drive.finish(taken, ruining)
  }
  expect(later).toBeGreaterThan(3)
  expect(later).toBeLessThan(16)
})

it('what a tenant ruins costs it turns, and others none', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(1)
  for (let run = 0; run < 60; run++) {
    await drive.enqueue('ruinous')
    await drive.enqueue('innocent')
    await drive.enqueue('another')
  }
  const served: string[] = []
  for (let turn = 0; turn < 40; turn++) {
    const taken = (await drive.take()) as TakenRun
    served.push(taken.tenant)
    await drive.finish(taken, taken.tenant === 'ruinous' ? { ruinedCpuMs: 40 } : {})
  }
  const { ruinous = 0, innocent = 0, another = 0 } = counted(served)
  expect(ruinous).toBeLessThanOrEqual(8)
  expect(Math.min(innocent, another)).toBeGreaterThan(10)
})

it('a start that a run has caused costs turns and no wait', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(2)
  for (let run = 0; run < 40; run++) await drive.enqueue('apart')
  let served = 0
  for (let taken = await drive.take(); taken !== undefined; taken = await drive.take(), served++)
    await drive.finish(taken, { startCpuMs: 200 })
  expect(served).toBe(40)
})

it('starts go to the account of CPU time, of what a tenant may use and of what it used', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(8)
  await drive.policy('poor', { cpuMsPerMinute: 100 })
  for (let run = 0; run < 20; run++) await drive.enqueue('poor')
  const spend = { startCpuMs: 40, ruinedCpuMs: 40 }
  for (const taken of await drive.takeAll()) await drive.finish(taken, spend)
  // The first left something of the budget.
  for (const taken of await drive.takeAll()) await drive.finish(taken, spend)
  expect(await drive.takeAll()).toEqual([])
  const [usage] = await queue.keys('runs:gate:usage:poor:*')
  const { startUs, cpuUs } = await queue.connection.redis.hgetall(`${queue.keyPrefix}:${usage}`)
  expect(Number(startUs)).toBe(80 * Number(cpuUs))
})
