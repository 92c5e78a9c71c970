import { IsolatedRuntimeError, unsuccessful } from '@isolated-runtime/protocol'
import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keyOf, newRun } from '../fixtures/runs.ts'
import { newSchedule } from '../fixtures/schedules.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
const KEY = { tenant: 'acme', id: 'tidy' }
const fast = { kind: 'every', everyMs: 200 } as const
let queue: TestQueue

beforeEach(async () => {
  queue = await TestQueue.open(redis)
})

afterEach(() => queue[Symbol.asyncDispose]())

test('the last outcome stays with the schedule when the outcome itself is gone', async () => {
  await queue.taker({
    handle: async () => {
      throw new Error('no cell')
    },
  })
  await queue.scheduleTaker()
  const schedules = await queue.schedules()
  await schedules.create(KEY, newSchedule({ ...fast, limit: 1 }))
  const expected = { status: 'trouble', error: { code: 'INTERNAL', message: 'no cell' } }
  await vi.waitFor(async () => expect((await schedules.get(KEY)).lastRun).toMatchObject(expected), 20_000)
  const { lastRun } = await schedules.get(KEY)
  await queue.connection.redis.del(`${queue.keyPrefix}:runs:acme/${lastRun?.id}`)
  expect((await schedules.get(KEY)).lastRun).toEqual(lastRun)
})

test('of a run that failed the error stays, also when its log is long', async () => {
  await queue.taker({
    handle: async () => ({
      ...unsuccessful('failed', new IsolatedRuntimeError('GUEST_ERROR', 'x'.repeat(5_000))),
      logs: [{ level: 'info', text: 'y'.repeat(50_000), time: 0 }],
    }),
  })
  await queue.scheduleTaker()
  const schedules = await queue.schedules()
  await schedules.create(
    KEY,
    newSchedule({ ...fast, limit: 1 }, { argsJson: JSON.stringify(['z'.repeat(50_000)]) }),
  )
  const error = { code: 'GUEST_ERROR', message: 'x'.repeat(1_000) }
  await vi.waitFor(
    async () => expect((await schedules.get(KEY)).lastRun).toMatchObject({ status: 'failed', error }),
    20_000,
  )
})

test('a run that is cancelled before an executor takes it is told as such, and stays so', async () => {
  await queue.scheduleTaker()
  const [schedules, submitter] = [await queue.schedules(), await queue.submitter()]
  await schedules.create(KEY, newSchedule({ ...fast, limit: 1 }))
  await vi.waitFor(async () => expect((await schedules.get(KEY)).lastRun?.status).toBe('pending'), 20_000)
  const id = (await schedules.get(KEY)).lastRun?.id ?? ''
  await vi.waitFor(async () => expect(await submitter.cancel(keyOf(id, 'acme'), 'enough')).toBe(true), 20_000)
  await queue.connection.redis.del(`${queue.keyPrefix}:runs:acme/${id}`)
  await vi.waitFor(
    async () => expect((await schedules.get(KEY)).lastRun).toMatchObject({ status: 'cancelled' }),
    20_000,
  )
})

test('a run that could not be put on the queue is told as such', async () => {
  await queue.scheduleTaker()
  const [schedules, submitter] = [await queue.schedules(), await queue.submitter()]
  const startAt = Date.now() + 500
  const { outcome } = await submitter.submit(
    newRun({ tenant: 'acme', id: `schedule:tidy@${startAt}`, isNamed: true, argsJson: '[1]' }),
  )
  outcome.catch(() => undefined)
  await schedules.create(KEY, newSchedule({ ...fast, startAt, limit: 1 }))
  await vi.waitFor(
    async () =>
      expect((await schedules.get(KEY)).lastRun).toMatchObject({
        status: 'trouble',
        error: { code: 'RUN_ID_TAKEN' },
      }),
    20_000,
  )
})
