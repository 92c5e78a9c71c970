import { useRedis } from '@isolated-runtime/testing'
import { expect, test, vi } from 'vitest'
import { newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import { KeptPayloads } from './kept-payloads.ts'
import { PayloadStore } from './payload-store.ts'

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
  await vi.waitFor(async () => expect(await keptFor(queue)).toEqual([5, 3]))
  expect(await queue.keys('runs:run-*')).toHaveLength(3)
})

test('those that would go first go earlier, and what has gone by itself counts no more', async () => {
  await using queue = await TestQueue.open(redis)
  const { redis: commands } = queue.connection
  const store = new PayloadStore(commands, queue.keyPrefix)
  const queueKey = `${queue.keyPrefix}:runs`
  const kept = new KeptPayloads(commands, store, { queueKey, most: 2, spareMs: SPARE_MS })
  const keep = async (runId: string, keepMs: number): Promise<void> =>
    kept.add(await store.put(runId, 'outcome', keepMs), keepMs)
  await keep('gone', 1)
  await vi.waitFor(async () => expect(await queue.keys('payload:*')).toEqual([]))
  await keep('long', 900_000)
  await keep('short', 600_000)
  expect(await keptFor(queue)).toEqual([0, 2])
  await keep('longer', 1_800_000)
  expect(await keptFor(queue)).toEqual([1, 2])
  const [short = ''] = await queue.keys('payload:short:*')
  expect(await commands.pttl(`${queue.keyPrefix}:${short}`)).toBeLessThanOrEqual(SPARE_MS)
  // When none is left, there is nothing to remember either.
  expect(await commands.pttl(`${queueKey}:kept`)).toBeGreaterThan(SPARE_MS)
})

/** How many are kept for a minute at most, and for longer. */
async function keptFor(queue: TestQueue): Promise<[number, number]> {
  const payloads = await queue.keys('payload:*')
  const ttls = await Promise.all(
    payloads.map((key) => queue.connection.redis.pttl(`${queue.keyPrefix}:${key}`)),
  )
  return [ttls.filter((ttl) => ttl <= SPARE_MS).length, ttls.filter((ttl) => ttl > SPARE_MS).length]
}
