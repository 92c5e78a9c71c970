import { useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { newRun } from '../fixtures/runs.ts'
import { startTaker } from '../fixtures/start-taker.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import { jobIdOf } from '../run/run-key.ts'

const redis = useRedis()

test('the runs of an executor that is killed start again elsewhere, and settle once', async () => {
  await using queue = await TestQueue.open(redis)
  await using doomed = await startTaker(queue, { name: 'doomed', runMs: 1_000_000 })
  const submitter = await queue.submitter()
  const runs = await Promise.all(
    Array.from({ length: 40 }, (_, value) => submitter.submit(newRun({ argsJson: `[${value}]` }))),
  )
  await doomed.waitForLine(/^taken \[7\]$/)
  doomed.kill('SIGKILL')
  await using stack = new AsyncDisposableStack()
  stack.use(await startTaker(queue, { name: 'other', runMs: 1 }))
  const outcomes = await Promise.all(runs.map(({ outcome }) => outcome))
  expect(outcomes.map((each) => each.status === 'succeeded' && each.valueJson)).toEqual(
    runs.map((_, value) => `[${value}]`),
  )
  const again = outcomes.filter(({ usage }) => usage.attempts === 2)
  expect(again.length).toBeGreaterThanOrEqual(8)
  expect(new Set(outcomes.map(({ usage }) => usage.executor))).toEqual(new Set(['other']))
}, 90_000)

test('a run that was begun in time starts again elsewhere, though it may not be begun any more', async () => {
  await using queue = await TestQueue.open(redis)
  await using doomed = await startTaker(queue, { name: 'doomed', runMs: 1_000_000 })
  const submitter = await queue.submitter()
  // Over long before the lock of the first executor.
  const { outcome } = await submitter.submit(newRun({ expiresInMs: 1_000, argsJson: '["begun"]' }))
  await doomed.waitForLine(/^taken \["begun"\]$/)
  doomed.kill('SIGKILL')
  await using _ = await startTaker(queue, { name: 'other', runMs: 1 })
  expect(await outcome).toMatchObject({ valueJson: '["begun"]', usage: { attempts: 2, executor: 'other' } })
}, 60_000)

test('a run that has lost its sixth executor is given up, and told so', async () => {
  await using queue = await TestQueue.open(redis)
  await using doomed = await startTaker(queue, { name: 'doomed', runMs: 1_000_000 })
  const submitter = await queue.submitter()
  const run = newRun({ argsJson: '["deadly"]' })
  const { outcome } = await submitter.submit(run)
  await doomed.waitForLine(/^taken \["deadly"\]$/)
  // As five executors before this one have left it.
  await queue.connection.redis.hset(`${queue.keyPrefix}:runs:${jobIdOf(run)}`, 'stc', 5)
  doomed.kill('SIGKILL')
  await using _ = await startTaker(queue, { name: 'other', runMs: 1 })
  await expect(outcome).rejects.toMatchObject({
    code: 'RUN_GIVEN_UP',
    message: `Run "${run.id}" was given up: it has lost its executor 6 times, 5 is the most`,
  })
}, 60_000)
