import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { GateDrive } from '../fixtures/gate-drive.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
const QUARTER_MS = 15 * 60_000
let queue: TestQueue
let drive: GateDrive

beforeEach(async () => {
  queue = await TestQueue.open(redis)
  drive = new GateDrive(queue)
  await drive.executors(8)
})

afterEach(() => queue[Symbol.asyncDispose]())

/** Some time, in which executors tick each second as they do. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    drive.now += Math.min(1_000, ms - passed)
    await drive.executors(8)
  }
}

it.for([
  ['runsPerSecond', { runsPerSecond: 1, burst: 1 }],
  ['cpuMsPerMinute', { cpuMsPerMinute: 600 }],
] as const)(
  'a tenant over its %s gets its next run in time though the clock of Redis is set back',
  async ([, policy]) => {
    await drive.policy('a', policy)
    await drive.enqueue('a')
    const [first] = await drive.takeAll()
    if (first) await drive.finish(first, { cpuMs: 630 })
    await drive.enqueue('a')
    expect(await drive.takeAll()).toHaveLength(0)
    drive.now -= QUARTER_MS
    await pass(6_000)
    expect(await drive.takeAll()).toHaveLength(1)
  },
)

it('so does one whose clock is set back while nothing waits, and by less than executors would see', async () => {
  await drive.policy('a', { runsPerSecond: 1, burst: 1 })
  await drive.enqueue('a')
  await drive.serve(1)
  drive.now += 25_000
  await drive.enqueue('a')
  await drive.serve(1)
  drive.now -= 20_000
  await drive.enqueue('a')
  await pass(2_000)
  expect(await drive.takeAll()).toHaveLength(1)
})

it('what is delayed, put off, or to expire comes in its time though the clock of Redis is set back', async () => {
  const again = await drive.enqueue('a')
  await drive.take()
  await queue.connection.redis.set(`${drive.key}:a/${again}:lock`, 'token')
  await drive.gate.putOff(`a/${again}`, 'token', 3_000)
  const delayed = await drive.enqueue('a', { notBefore: drive.now + 3_000 })
  drive.now -= QUARTER_MS
  await pass(2_000)
  expect(await drive.takeAll()).toHaveLength(0)
  await pass(2_000)
  expect((await drive.takeAll()).map(({ runId }) => runId).toSorted()).toEqual([again, delayed].toSorted())
  await drive.policy('b', { maxConcurrent: 1 })
  await drive.enqueue('b')
  await drive.take()
  const late = await drive.enqueue('b', { expiresInMs: 3_000 })
  drive.now -= QUARTER_MS
  await pass(4_000)
  expect(await drive.take()).toMatchObject({ runId: late })
  expect(await queue.connection.redis.hget(`${drive.key}:b/${late}`, 'name')).toMatch(/^expired/)
})

it('an executor that is dead is noticed, and no other, though the clock of Redis is set back', async () => {
  const slots = async (): Promise<string[]> =>
    Object.keys(await queue.connection.redis.hgetall(`${drive.key}:gate:slots`))
  await drive.tick('dead', 8)
  drive.now -= QUARTER_MS
  await pass(4_000)
  expect((await slots()).toSorted()).toEqual(['dead', 'executor'])
  await pass(3_000)
  expect(await slots()).toEqual(['executor'])
})

it('usage is counted in the hour that the clock of Redis shows, and times are told by it', async () => {
  drive.now += 30 * 60_000
  await drive.executors(8)
  const wrong = drive.now
  drive.now -= QUARTER_MS
  await pass(1_000)
  await drive.enqueue('a')
  await drive.serve(1)
  drive.now = wrong + 16 * 60_000
  await drive.executors(8)
  await drive.enqueue('a')
  await drive.serve(1)
  const counted = await queue.keys('runs:gate:usage:a:*')
  expect(counted).toEqual([`runs:gate:usage:a:${Math.floor(drive.now / 3_600_000)}`])
})
