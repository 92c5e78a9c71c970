import { cancelled } from '@isolated-runtime/protocol'
import { useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { keyOf, newRun } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import { jobIdOf } from '../run/run-key.ts'
import { cancelScript } from '../scripts/gate-scripts.ts'

const redis = useRedis()

test('a request that Redis gets twice, because its answer was lost, is not told that the run was over', async () => {
  await using queue = await TestQueue.open(redis)
  const { id } = await (await queue.submitter()).submit(newRun())
  const { usage: _, ...outcome } = cancelled('enough')
  const request = async (nonce: string): Promise<unknown> => {
    const [answer] = await cancelScript(queue.connection.redis, `${queue.keyPrefix}:runs`, {
      time: '',
      job: jobIdOf(keyOf(id)),
      reason: 'enough',
      outcome: JSON.stringify(outcome).slice(0, -1),
      channel: 'channel',
      message: 'message',
      nonce,
      status: 'cancelled',
    })
    return answer
  }
  expect(await request('first')).toBe('settled')
  expect(await request('first')).toBe('told')
  expect(await request('second')).toBe('over')
})

test('a run that waits is cancelled though Redis is full', async () => {
  await using queue = await TestQueue.open(redis)
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun({ delayMs: 60_000 }))
  await queue.connection.redis.config('SET', 'maxmemory', '1mb')
  try {
    expect(await submitter.cancel(keyOf(id), 'enough')).toBe(true)
    expect(await outcome).toMatchObject({ status: 'cancelled' })
  } finally {
    await queue.connection.redis.config('SET', 'maxmemory', '0')
  }
})
