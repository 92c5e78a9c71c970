import { latch, useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { TestQueue } from '../fixtures/test-queue.ts'
import { silentLogger } from '../logger.ts'
import { RunLeases } from './run-leases.ts'

const redis = useRedis()

test('the lease of a run is renewed while it is held, and its executor hears when another has it', async () => {
  await using queue = await TestQueue.open(redis)
  const { redis: commands } = queue.connection
  const queueKey = `${queue.keyPrefix}:runs`
  const lost = latch<readonly string[]>()
  using leases = new RunLeases({
    redis: commands,
    queueKey,
    leaseMs: 60_000,
    renewEveryMs: 10,
    onLost: (jobIds) => lost.resolve(jobIds),
    logger: silentLogger,
  })
  const leasedUntil = async (job: string): Promise<number> =>
    Number((await commands.zscore(`${queueKey}:gate:leases`, job)) ?? 0)
  await commands.set(`${queueKey}:a/1:lock`, 'mine')
  await commands.set(`${queueKey}:a/2:lock`, 'mine')
  leases.hold('a/1', 'mine')
  const second = leases.hold('a/2', 'mine')
  await expect.poll(() => leasedUntil('a/2')).toBeGreaterThan(0)
  second[Symbol.dispose]()
  await commands.zrem(`${queueKey}:gate:leases`, 'a/2')
  const before = await leasedUntil('a/1')
  await expect.poll(() => leasedUntil('a/1')).toBeGreaterThan(before)
  expect(await leasedUntil('a/2')).toBe(0)
  await commands.set(`${queueKey}:a/1:lock`, 'of another')
  expect(await lost.wait()).toEqual(['a/1'])
})
