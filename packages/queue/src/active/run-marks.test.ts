import { useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { TestQueue } from '../fixtures/test-queue.ts'
import { RunMarks } from './run-marks.ts'

const redis = useRedis()

test('an attempt that failed is counted once, however often Redis is told', async () => {
  await using queue = await TestQueue.open(redis)
  const marks = new RunMarks(queue.connection, queue.keyPrefix, 'runs')
  await queue.connection.redis.hset(`${queue.keyPrefix}:runs:job`, 'timestamp', 1)
  for (const attempt of [1, 1, 2, 1]) await marks.countFailure('job', attempt, { cpuMs: 2.5, starts: 2 })
  expect(await marks.read(['job'])).toEqual([
    { cancelReason: undefined, failures: 2, spentCpuMs: 5, moreStarts: 2 },
  ])
})

test('a job that is gone stays gone', async () => {
  await using queue = await TestQueue.open(redis)
  await new RunMarks(queue.connection, queue.keyPrefix, 'runs').countFailure('job', 1, {
    cpuMs: 2.5,
    starts: 1,
  })
  expect(await queue.keys('*')).toEqual([])
})
