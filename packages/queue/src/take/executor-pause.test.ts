import { useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { newRun } from '../fixtures/runs.ts'
import { startTaker } from '../fixtures/start-taker.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()

test('the outcomes of an executor that stood still for longer than its lock lasts are dropped', async () => {
  await using queue = await TestQueue.open(redis)
  await using slow = await startTaker(queue, { name: 'slow', runMs: 500 })
  const submitter = await queue.submitter()
  const runs = await Promise.all([1, 2, 3].map((n) => submitter.submit(newRun({ argsJson: `[${n}]` }))))
  await slow.waitForLine(/^taken \[3\]$/)
  slow.kill('SIGSTOP')
  const other = await startTaker(queue, { name: 'other', runMs: 1 })
  const outcomes = await Promise.all(runs.map(({ outcome }) => outcome))
  expect(outcomes.map(({ usage }) => usage)).toMatchObject(
    runs.map(() => ({ executor: 'other', attempts: 2 })),
  )
  await other[Symbol.asyncDispose]()
  slow.kill('SIGCONT')
  // What it says of this one comes after all that it has to say of the others.
  const last = await submitter.submit(newRun())
  expect(await last.outcome).toMatchObject({ usage: { executor: 'slow' } })
  const { redis: commands } = queue.connection
  for (const { id } of runs)
    expect(await commands.hget(`${queue.keyPrefix}:runs:default/${id}`, 'returnvalue')).toContain('"other"')
  const [inbox] = await queue.keys('inbox:*')
  const replies = await commands.xrange(`${queue.keyPrefix}:${inbox}`, '-', '+')
  const repliedTo = replies.flatMap(([, fields]) => fields.filter((field) => field.length === 36))
  expect(new Set(repliedTo).size).toBe(repliedTo.length)
}, 90_000)
