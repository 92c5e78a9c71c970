import { latch, useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { argsJsonOf, newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis({ args: ['--maxmemory', '64mb'] })
const LARGE = JSON.stringify(['x'.repeat(100_000)])

test('while Redis is full, large runs are refused, and those that go on give their large outcomes', async () => {
  await using queue = await TestQueue.open(redis)
  const { redis: commands } = queue.connection
  const [started, go] = [latch(), latch()]
  await queue.taker({
    handle: async ({ call }) => {
      started.resolve()
      await go.promise
      return succeeded(JSON.parse(argsJsonOf(call)))
    },
  })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ argsJson: LARGE }))
  await started.wait()
  await commands.config('SET', 'maxmemory', '1mb')
  try {
    await expect(submitter.submit(newRun({ argsJson: LARGE }))).rejects.toMatchObject({
      code: 'FLEET_OVERLOADED',
    })
    go.resolve()
    expect(await outcome).toMatchObject({ valueJson: LARGE })
  } finally {
    await commands.config('SET', 'maxmemory', '64mb')
  }
})
