import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { GateDrive, type TakenRun } from '../fixtures/gate-drive.ts'
import { keyOf } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import { runStatus } from './run-status.ts'

const redis = useRedis()
let queue: TestQueue
let drive: GateDrive

beforeEach(async () => {
  queue = await TestQueue.open(redis)
  drive = new GateDrive(queue)
  // Statuses are told by the time of Redis.
  drive.now = Date.now()
})

afterEach(() => queue[Symbol.asyncDispose]())

const statusOf = async (id: string) => runStatus(queue.connection.redis, drive.key, keyOf(id, 'a'))

it('a run that nobody knows is told as such', async () => {
  await expect(statusOf('nobody')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
})

it('a run follows its phases', async () => {
  await drive.executors(1)
  const id = await drive.enqueue('a')
  expect(await statusOf(id)).toMatchObject({ phase: 'next', why: 'the next free executor takes it' })
  const run = await drive.take()
  expect(await statusOf(id)).toMatchObject({ phase: 'running', why: undefined, tenant: 'a' })
  await drive.finish(run as TakenRun)
  expect(await statusOf(id)).toMatchObject({ phase: 'over' })
})

it('a delayed run says until when', async () => {
  const notBefore = drive.now + 60_000
  const id = await drive.enqueue('a', { notBefore })
  expect(await statusOf(id)).toMatchObject({
    phase: 'delayed',
    why: `held back until ${new Date(notBefore).toISOString()}`,
  })
})

it('without executors, that is the reason', async () => {
  const ids = [await drive.enqueue('a'), await drive.enqueue('a'), await drive.enqueue('a')]
  expect(await statusOf(ids[2] ?? '')).toMatchObject({
    phase: 'waiting',
    why: 'no executor has been seen on this queue',
  })
  drive.now -= 12_000
  await drive.executors(1)
  drive.now += 12_000
  await drive.tick('', 0)
  expect((await statusOf(ids[2] ?? '')).why).toMatch(/^no executor alive since 1[23] s$/)
})

it('executors that were all killed are no reason to wait for, though none is left to notice', async () => {
  drive.now -= 12_000
  await drive.executors(4)
  drive.now += 12_000
  const [next, waiting] = [await drive.enqueue('a'), await drive.enqueue('a')]
  expect((await statusOf(next)).why).toMatch(/^no executor alive since 1[23] s$/)
  expect((await statusOf(waiting)).why).toMatch(/^no executor alive since 1[23] s$/)
})

it('a waiting run says what is ahead of it', async () => {
  await drive.executors(1)
  for (let run = 0; run < 3; run++) await drive.enqueue('a')
  await drive.enqueue('b')
  for (let run = 0; run < 3; run++) await drive.enqueue('a')
  const id = await drive.enqueue('a')
  expect(await statusOf(id)).toMatchObject({
    phase: 'waiting',
    runsAhead: 3,
    tenantsAhead: 1,
    why: '3 runs of its tenant are ahead of it, and the turns of 1 other tenants',
  })
})

it.for([
  [{ maxConcurrent: 1 }, /^tenant at its cap of 1$/],
  [{ runsPerSecond: 0.001, burst: 1 }, /^tenant at its rate of 0.001\/s until 20/],
] as const)('a run that %j holds back says so', async ([policy, why]) => {
  await drive.executors(16)
  await drive.policy('a', policy)
  await drive.enqueue('a')
  const id = await drive.enqueue('a')
  expect(await statusOf(id)).toMatchObject({
    phase: 'waiting',
    why: expect.stringMatching(why),
    cap: Object.keys(policy)[0],
  })
})
