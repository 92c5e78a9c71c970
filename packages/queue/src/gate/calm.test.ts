import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { GateDrive, type TakenRun } from '../fixtures/gate-drive.ts'
import { keyOf } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
let queue: TestQueue
let drive: GateDrive

beforeEach(async () => {
  queue = await TestQueue.open(redis)
  drive = new GateDrive(queue)
})

afterEach(() => queue[Symbol.asyncDispose]())

/** Whether there is nothing to do, as a tick says and as a look says after it. */
async function calmBy(): Promise<{ readonly tick: boolean; readonly look: boolean }> {
  const { isCalm } = await drive.heartbeat('executor', 1)
  return { tick: isCalm, look: await drive.gate.isCalm() }
}

const CALM = { tick: true, look: true }
const NOT_CALM = { tick: false, look: false }

it('a queue is calm when it is new, and again when what was there is over', async () => {
  expect(await calmBy()).toEqual(CALM)
  await drive.enqueue('a')
  expect(await calmBy()).toEqual(NOT_CALM)
  const run = (await drive.take()) as TakenRun
  expect(await calmBy()).toEqual(NOT_CALM)
  await drive.finish(run)
  expect(await calmBy()).toEqual(CALM)
})

it('a run that is delayed, held back, in line or to be tried again keeps a queue from being calm', async () => {
  const delayed = await drive.enqueue('a', { notBefore: drive.now + 60_000 })
  expect(await calmBy()).toEqual(NOT_CALM)
  await drive.gate.remove(keyOf(delayed, 'a'), 'cancelled')
  expect(await calmBy()).toEqual(CALM)

  await drive.policy('b', { runsPerSecond: 0.1, burst: 1 })
  await drive.enqueue('b')
  await drive.enqueue('b')
  await drive.serve(1)
  expect(await calmBy()).toEqual(NOT_CALM)
  drive.now += 10_000
  await drive.executors(1)
  await drive.serve(1)

  await queue.connection.redis.del(`${drive.key}:gate:changed`)
  await drive.executors(1)
  expect(await calmBy()).toEqual(CALM)
  await queue.connection.redis.zadd(`${drive.key}:delayed`, (drive.now + 1_000) * 4_096, 'a/again')
  expect(await calmBy()).toEqual(NOT_CALM)
})

it('rules that change are there to be seen by a look', async () => {
  expect(await calmBy()).toEqual(CALM)
  await drive.policy('a', { limits: { memoryMb: 32 } })
  expect(await calmBy()).toEqual(NOT_CALM)
})

it('a queue on a Redis that may soon be full is not calm', async () => {
  const { redis: commands } = queue.connection
  await commands.config('SET', 'maxmemory', '64mb')
  try {
    expect(await calmBy()).toEqual({ tick: false, look: true })
    await commands.config('SET', 'maxmemory', '1gb')
    drive.now += 1_000
    expect(await calmBy()).toEqual(CALM)
  } finally {
    await commands.config('SET', 'maxmemory', '0')
  }
})

it('an executor that has only looked for a while keeps its slots, unless it was taken for dead', async () => {
  await drive.executors(1)
  drive.now += 4_000
  expect(await drive.gate.touch('executor', drive.now)).toBe(true)
  drive.now += 4_000
  await drive.tick('other', 0)
  expect(await drive.gate.touch('executor', drive.now)).toBe(true)
  drive.now += 6_000
  await drive.tick('other', 0)
  expect(await drive.gate.touch('executor', drive.now)).toBe(false)
})

it('a run that no executor was woken for is told of again', async () => {
  const { redis: commands } = queue.connection
  const marker = `${drive.key}:marker`
  await drive.enqueue('a')
  await commands.del(marker)
  await drive.executors(1)
  expect(await commands.zrange(marker, '0', '-1')).toEqual(['0'])
})

it('a run that is put off is given out again after its pause, and not before', async () => {
  const { redis: commands } = queue.connection
  const marker = `${drive.key}:marker`
  const id = await drive.enqueue('a')
  await drive.executors(1)
  await drive.take()
  expect(await drive.gate.putOff(`a/${id}`, 'a token of another', 500)).toBe(false)
  await commands.set(`${drive.key}:a/${id}:lock`, 'token')
  expect(await drive.gate.putOff(`a/${id}`, 'token', 500)).toBe(true)
  // An executor that has nothing to do is woken to know when it is due.
  expect(await commands.zscore(marker, '1')).toBe(String(drive.now + 500))
  await commands.del(marker)
  expect(await drive.executors(1)).toBe(500)
  expect(await drive.take()).toBeUndefined()
  drive.now += 500
  await drive.executors(1)
  expect(await commands.zrange(marker, '0', '-1')).toEqual(['0'])
  expect(await drive.take()).toMatchObject({ runId: id })
  expect(await commands.hget(`${drive.key}:gate:running`, 'a')).toBe('1')
})
