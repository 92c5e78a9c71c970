import { latch, useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis({ args: ['--maxmemory', '64mb'] })

test('a run that says something while Redis is full loses what it said, and not its outcome', async () => {
  await using queue = await TestQueue.open(redis)
  const { redis: commands } = queue.connection
  const [started, go] = [latch(), latch()]
  await queue.taker({
    handle: async (_, { onLog, onProgress }) => {
      onProgress?.('kept')
      started.resolve()
      await go.promise
      for (let number = 0; number < 1_000; number++)
        onLog?.({ level: 'info', time: 1, text: 'x'.repeat(1_000) })
      onProgress?.('lost')
      return succeeded('done')
    },
  })
  const { live, outcome } = await (await queue.submitter()).submit(newRun({ live: true, progress: true }))
  const progress = live?.progress(outcome)
  expect(await progress?.next()).toMatchObject({ value: 'kept' })
  await started.wait()
  await commands.config('SET', 'maxmemory', '1mb')
  try {
    go.resolve()
    expect(await outcome).toMatchObject({ valueJson: '"done"' })
    expect(await progress?.next()).toMatchObject({ done: true })
    expect(await Array.fromAsync(live?.logs(outcome) ?? [])).toEqual([])
  } finally {
    await commands.config('SET', 'maxmemory', '64mb')
  }
})
