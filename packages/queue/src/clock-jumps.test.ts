import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newRun } from './fixtures/runs.ts'
import { startTaker } from './fixtures/start-taker.ts'
import { TestQueue } from './fixtures/test-queue.ts'

const redis = useRedis()
const HOUR_MS = 3_600_000

// The clock on the wall of this process, and nothing else: the executor has a process of its own.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

test.for([
  ['forwards', HOUR_MS],
  ['backwards', -HOUR_MS],
] as const)(
  'a wait settles, also without a reply, when the clock of its client jumps %s by an hour',
  { timeout: 60_000 },
  async ([, ms]) => {
    await using queue = await TestQueue.open(redis)
    await using executor = await startTaker(queue, { name: 'other', runMs: 1_500 })
    const submitter = await queue.submitter()
    const runs = await Promise.all([1, 2, 3].map((n) => submitter.submit(newRun({ argsJson: `[${n}]` }))))
    await executor.waitForLine(/^taken \[3\]$/)
    vi.setSystemTime(Date.now() + ms)
    const [inbox] = await queue.keys('inbox:*')
    await queue.connection.redis.del(`${queue.keyPrefix}:${inbox}`)
    const outcomes = await Promise.all(runs.map(({ outcome }) => outcome))
    expect(outcomes).toMatchObject([{ valueJson: '[1]' }, { valueJson: '[2]' }, { valueJson: '[3]' }])
  },
)

test('a wait ends at its deadline though the clock of its client is set back by an hour', async () => {
  await using queue = await TestQueue.open(redis)
  const submitter = await queue.submitter({ graceMs: 500 })
  const limits = { ...newRun().call.limits, timeoutMs: 1 }
  const { outcome } = await submitter.submit(newRun({ expiresInMs: 500, limits }))
  vi.setSystemTime(Date.now() - HOUR_MS)
  await expect(outcome).rejects.toMatchObject({ code: 'WAIT_TIMED_OUT' })
})
