import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { GateDrive } from '../fixtures/gate-drive.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
const LEASE_MS = 2_700
let queue: TestQueue
let drive: GateDrive

beforeEach(async () => {
  queue = await TestQueue.open(redis)
  drive = new GateDrive(queue)
  await drive.executors(8)
})

afterEach(() => queue[Symbol.asyncDispose]())

/** A run that an executor has, with a lease from now on. */
async function takenRun(): Promise<string> {
  const job = `a/${await drive.enqueue('a')}`
  await drive.take()
  await renew(job)
  await queue.connection.redis.set(`${drive.key}:${job}:lock`, 'token', 'PX', 60_000)
  return job
}

async function renew(job: string): Promise<void> {
  await queue.connection.redis.zadd(`${drive.key}:gate:leases`, drive.now + LEASE_MS, job)
}

async function tick(afterMs: number): Promise<readonly string[]> {
  drive.now += afterMs
  return (await drive.heartbeat('executor', 8)).lostJobs
}

it('a run whose executor has died is given out again as soon as its lease ends, ahead of others', async () => {
  const job = await takenRun()
  await drive.enqueue('a')
  expect(await tick(1_000)).toEqual([])
  const { nextInMs } = await drive.heartbeat('executor', 8)
  expect(nextInMs).toBe(LEASE_MS - 1_000)
  expect(await tick(1_000)).toEqual([])
  expect(await tick(LEASE_MS - 2_000)).toEqual([job])
  expect(await drive.take()).toMatchObject({ runId: job.split('/')[1] })
  expect(await queue.connection.redis.exists(`${drive.key}:${job}:lock`)).toBe(0)
})

it('a run whose lease is renewed stays where it is', async () => {
  const job = await takenRun()
  for (let second = 0; second < 10; second++) {
    expect(await tick(1_000)).toEqual([])
    await renew(job)
  }
})

it('runs stay where they are while Redis stands still, if their leases are renewed right after that', async () => {
  const [kept, lost] = [await takenRun(), await takenRun()]
  expect(await tick(30_000)).toEqual([])
  await renew(kept)
  expect(await tick(500)).toEqual([])
  expect(await tick(500)).toEqual([lost])
  expect(await tick(1_000)).toEqual([])
})

it('executors that tick late again and again do not keep the runs of a dead one', async () => {
  const job = await takenRun()
  expect(await tick(3_000)).toEqual([])
  expect(await tick(3_000)).toEqual([job])
})

it('a run that has lost six executors is given up', async () => {
  const job = await takenRun()
  for (let times = 1; times <= 6; times++) {
    await tick(1_000)
    await tick(1_000)
    expect(await tick(1_000)).toEqual([job])
    const given = await queue.connection.redis.hget(`${drive.key}:${job}`, 'defa')
    expect(given !== null).toBe(times > 5)
    await drive.take()
    await renew(job)
  }
})

it('a run that an executor of an older version has stays there for as long as that keeps its lock', async () => {
  const { redis: commands } = queue.connection
  const job = await takenRun()
  const lock = `${drive.key}:${job}:lock`
  await commands.zrem(`${drive.key}:gate:leases`, job)
  await commands.set(lock, 'of an older version', 'PX', 3_000)
  for (let second = 0; second < 20; second++) {
    await commands.pexpire(lock, 3_000)
    expect(await tick(1_000)).toEqual([])
  }
  await commands.del(lock)
  const lost: string[] = []
  for (let second = 0; second < 20; second++) lost.push(...(await tick(1_000)))
  expect(lost).toEqual([job])
})

it('what was removed by hand while an executor had it is not given out again', async () => {
  const job = await takenRun()
  await queue.connection.redis.del(`${drive.key}:${job}`)
  for (let second = 0; second < 5; second++) expect(await tick(1_000)).toEqual([])
  expect(await drive.take()).toBeUndefined()
  expect(await queue.connection.redis.llen(`${drive.key}:active`)).toBe(0)
})

it('a tick reads the list of the runs that go on once, and what was given to its executor', async () => {
  for (let run = 0; run < 3; run++) await takenRun()
  const { redis: commands } = queue.connection
  const reads = async (): Promise<number> =>
    Number(/cmdstat_lrange:calls=(\d+)/.exec(await commands.info('commandstats'))?.[1] ?? 0)
  const before = await reads()
  await tick(1_000)
  expect((await reads()) - before).toBe(2)
})
