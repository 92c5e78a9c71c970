import { useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
const LARGE = 'x'.repeat(100_000)
const SPARE_MS = 60_000

test('of large outcomes no more are kept than of others, and who waits for one gets it', async () => {
  await using queue = await TestQueue.open(redis)
  await queue.taker({ maxKeptOutcomes: 3, handle: async () => succeeded(LARGE) })
  const submitter = await queue.submitter()
  const runs = await Promise.all(Array.from({ length: 8 }, () => submitter.submit(newRun())))
  const outcomes = await Promise.all(runs.map(({ outcome }) => outcome))
  expect(outcomes.map((outcome) => outcome.status)).toEqual(Array(8).fill('succeeded'))
  await expect.poll(() => keptFor(queue), { timeout: 10_000 }).toEqual([5, 3])
  expect(await queue.keys('runs:default/*')).toHaveLength(3)
})

test('a large outcome ends with its job, however long it took to complete that', async () => {
  await using queue = await TestQueue.open(redis)
  await queue.taker({ handle: async () => succeeded(LARGE) })
  const submitter = await queue.submitter()
  const run = newRun({ keepOutcomeMs: 3_600_000 })
  await (
    await submitter.submit(run)
  ).outcome
  const { redis: commands } = queue.connection
  const [payload] = await queue.keys('payload:*')
  const spareMs = async (): Promise<number> => {
    const ends = [`${queue.keyPrefix}:${payload}`, `${queue.keyPrefix}:runs:default/${run.id}`]
    const [ofPayload = 0, ofJob = 0] = await Promise.all(ends.map((key) => commands.pexpiretime(key)))
    return ofPayload - ofJob
  }
  await expect.poll(spareMs).toBeGreaterThanOrEqual(SPARE_MS)
  expect(await spareMs()).toBeLessThan(SPARE_MS + 5_000)
})

/** How many are kept for a minute at most, and for longer. */
async function keptFor(queue: TestQueue): Promise<[number, number]> {
  const payloads = await queue.keys('payload:*')
  const ttls = await Promise.all(
    payloads.map((key) => queue.connection.redis.pttl(`${queue.keyPrefix}:${key}`)),
  )
  return [ttls.filter((ttl) => ttl <= SPARE_MS).length, ttls.filter((ttl) => ttl > SPARE_MS).length]
}
