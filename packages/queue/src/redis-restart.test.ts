import { latch, useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { argsJsonOf, newRun, succeeded } from './fixtures/runs.ts'
import { TestQueue } from './fixtures/test-queue.ts'

const redis = useRedis({ appendOnly: true })
const RUNS = 300
// Some travel beside their jobs.
const argsOf = (n: number): string => JSON.stringify([n, 'x'.repeat(n % 3 === 0 ? 50_000 : 1)])

test('runs that were submitted settle when Redis is killed and comes back', async () => {
  await using queue = await TestQueue.open(redis)
  const submitter = await queue.submitter()
  const half = latch()
  let handled = 0
  await queue.taker({
    handle: async ({ call }) => {
      handled += 1
      if (handled === RUNS / 2) half.resolve()
      return succeeded(JSON.parse(argsJsonOf(call)))
    },
  })
  const outcomes = Promise.all(
    Array.from(
      { length: RUNS },
      async (_, n) => (await submitter.submit(newRun({ argsJson: argsOf(n) }))).outcome,
    ),
  )
  await half.wait()
  await redis.server.kill()
  await redis.server.restart()
  expect((await outcomes).map((each) => each.status === 'succeeded' && each.valueJson)).toEqual(
    Array.from({ length: RUNS }, (_, n) => argsOf(n)),
  )
})
