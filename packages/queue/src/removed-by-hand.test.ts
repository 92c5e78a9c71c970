import { IsolatedRuntimeError, unsuccessful } from '@isolated-runtime/protocol'
import { latch, useRedis, type Latch } from '@isolated-runtime/testing'
import { expect, test, vi } from 'vitest'
import { argsJsonOf, keyOf, newRun, succeeded } from './fixtures/runs.ts'
import { TestQueue } from './fixtures/test-queue.ts'
import type { SubmittedRun } from './submit/submit-shard.ts'

const redis = useRedis()

interface State {
  readonly phase: string
  readonly run?: Parameters<typeof newRun>[0]
  readonly hasExecutor?: boolean
  /** How many runs were submitted before. */
  readonly ahead?: number
}

/** An executor that has one slot, and gives what its runs ask for. */
function startTaker(queue: TestQueue, go: Latch): Promise<unknown> {
  return queue.taker({
    slots: 1,
    handle: async ({ call }) => {
      if (argsJsonOf(call) === '["hold"]') await go.promise
      if (argsJsonOf(call) === '["fail"]')
        return unsuccessful('failed', new IsolatedRuntimeError('GUEST_ERROR', 'Again'))
      return succeeded(JSON.parse(argsJsonOf(call)))
    },
  })
}

test.for<State>([
  { phase: 'next' },
  { phase: 'waiting', ahead: 4 },
  { phase: 'delayed', run: { delayMs: 3_600_000 } },
  { phase: 'running', run: { argsJson: '["hold"]' }, hasExecutor: true },
  {
    phase: 'retrying',
    run: { argsJson: '["fail"]', retries: { attempts: 2, backoffMs: 60_000, on: ['failed'] } },
    hasExecutor: true,
  },
])('a run that is removed by hand while it is $phase is lost, and others go on', async (state) => {
  const { phase, run, hasExecutor = false, ahead = 0 } = state
  await using queue = await TestQueue.open(redis)
  const go = latch()
  if (hasExecutor) await startTaker(queue, go)
  const submitter = await queue.submitter()
  const others = await Promise.all(Array.from({ length: ahead }, () => submitter.submit(newRun())))
  const { id, outcome } = await submitter.submit(newRun(run))
  await vi.waitFor(async () => expect((await submitter.status(keyOf(id))).phase).toBe(phase), 5_000)
  others.push(await submitter.submit(newRun()))
  await queue.connection.redis.del(`${queue.keyPrefix}:runs:default/${id}`)
  await expect(outcome).rejects.toMatchObject({ code: 'RUN_LOST' })
  go.resolve()
  if (!hasExecutor) await startTaker(queue, go)
  for (const other of others) expect(await other.outcome).toMatchObject({ status: 'succeeded' })
  // Its id is free again.
  expect(await (await submitter.submit(newRun({ id }))).outcome).toMatchObject({ status: 'succeeded' })
})

test('a run in whose place something else was put is lost, and waits for others are not held up', async () => {
  await using queue = await TestQueue.open(redis)
  const submitter = await queue.submitter()
  const runs = await Promise.all([1, 2, 3].map((n) => submitter.submit(newRun({ argsJson: `[${n}]` }))))
  const [overwritten, ...others] = runs as [SubmittedRun, ...SubmittedRun[]]
  const { redis: commands } = queue.connection
  // No reply arrives: what is stored has to be looked at.
  for (const inbox of await queue.keys('inbox:*')) await commands.del(`${queue.keyPrefix}:${inbox}`)
  await commands.lrem(`${queue.keyPrefix}:runs:wait`, 0, `default/${overwritten.id}`)
  await commands.set(`${queue.keyPrefix}:runs:default/${overwritten.id}`, 'something else')
  await queue.taker()
  const outcomes = await Promise.all(others.map(({ outcome }) => outcome))
  expect(outcomes).toMatchObject([{ valueJson: '[2]' }, { valueJson: '[3]' }])
  await expect(overwritten.outcome).rejects.toMatchObject({ code: 'RUN_LOST' })
})
