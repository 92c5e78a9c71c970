import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keyOf, newRun } from '../fixtures/runs.ts'
import { startTaker } from '../fixtures/start-taker.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import type { RunSubmitter } from '../submit/run-submitter.ts'
import type { SubmittedRun } from '../submit/submit-shard.ts'

const redis = useRedis()
const LONG_MS = 90_000
let queue: TestQueue

beforeEach(async () => {
  queue = await TestQueue.open(redis)
})

afterEach(() => queue[Symbol.asyncDispose]())

/** A run in the pause before its second attempt, whose executor was killed. */
async function putOffAndOrphaned(
  submitter: RunSubmitter,
  backoffMs: number,
  fields: Parameters<typeof newRun>[0] = {},
): Promise<SubmittedRun> {
  await using doomed = await startTaker(queue, { name: 'doomed', runMs: 'fail' })
  const retries = { attempts: 3, backoffMs, on: ['failed' as const] }
  const run = await submitter.submit(newRun({ argsJson: '[1]', retries, ...fields }))
  await vi.waitFor(async () => expect((await submitter.status(keyOf(run.id))).phase).toBe('retrying'), 5_000)
  doomed.kill('SIGKILL')
  await doomed.exit
  return run
}

test(
  'a run whose executor is killed in the pause is tried again elsewhere, after the pause',
  { timeout: LONG_MS },
  async () => {
    const submitter = await queue.submitter()
    const putOffAt = Date.now()
    const { outcome } = await putOffAndOrphaned(submitter, 3_000)
    await using other = await startTaker(queue, { name: 'other', runMs: 1 })
    await other.waitForLine(/^taken/, 20_000)
    expect(Date.now() - putOffAt).toBeGreaterThan(2_900)
    // The attempt that failed is not forgotten.
    expect(await outcome).toMatchObject({ valueJson: '[1]', usage: { executor: 'other', attempts: 2 } })
  },
)

test('attempts are counted across executors that are killed in the pause', { timeout: LONG_MS }, async () => {
  const submitter = await queue.submitter()
  const { id, outcome } = await putOffAndOrphaned(submitter, 500)
  await using second = await startTaker(queue, { name: 'second', runMs: 'fail' })
  await second.waitForLine(/^taken/, 20_000)
  await vi.waitFor(async () => expect((await submitter.status(keyOf(id))).phase).toBe('retrying'), 5_000)
  second.kill('SIGKILL')
  await using third = await startTaker(queue, { name: 'third', runMs: 'fail' })
  await third.waitForLine(/^taken/, 20_000)
  expect(await outcome).toMatchObject({ status: 'failed', usage: { executor: 'third', attempts: 3 } })
})

test(
  'a run whose executor is killed in the pause is cancelled there, and never executed again',
  { timeout: LONG_MS },
  async () => {
    const submitter = await queue.submitter()
    const { id, outcome } = await putOffAndOrphaned(submitter, 1_000)
    expect(await submitter.cancel(keyOf(id), 'no more')).toBe(true)
    expect(await outcome).toMatchObject({ status: 'cancelled', usage: { attempts: 1 } })
    await using other = await startTaker(queue, { name: 'other', runMs: 1 })
    const later = await submitter.submit(newRun({ argsJson: '[2]', delayMs: 1_500 }))
    await later.outcome
    expect(other.lines).not.toContain('taken [1]')
    // Its tenant has its place back.
    expect(await queue.connection.redis.hgetall(`${queue.keyPrefix}:runs:gate:running`)).not.toContain('1')
  },
)

test(
  'a run that nobody tries again ends its wait at the deadline, and expires when somebody comes',
  { timeout: LONG_MS },
  async () => {
    const submitter = await queue.submitter({ graceMs: 200 })
    const limits = { ...newRun().call.limits, timeoutMs: 100 }
    // The last attempt can end 1.5 seconds after these two at the latest.
    const run = { expiresInMs: 2_000, limits }
    const { id, outcome } = await putOffAndOrphaned(submitter, 400, run)
    await expect(outcome).rejects.toMatchObject({ code: 'WAIT_TIMED_OUT' })
    await using other = await startTaker(queue, { name: 'other', runMs: 1 })
    await vi.waitFor(async () => {
      expect(await (await submitter.attach(keyOf(id))).outcome).toMatchObject({ status: 'expired' })
    }, 10_000)
    expect(other.lines).not.toContain('taken [1]')
  },
)
