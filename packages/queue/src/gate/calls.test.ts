import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { counted, GateDrive, type TakenRun } from '../fixtures/gate-drive.ts'
import { keyOf, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
let queue: TestQueue
let drive: GateDrive

beforeEach(async () => {
  queue = await TestQueue.open(redis)
  drive = new GateDrive(queue)
})

afterEach(() => queue[Symbol.asyncDispose]())

const usageOf = async (tenant: string): Promise<Record<string, string>> => {
  const hour = Math.floor(drive.now / 3_600_000)
  const usage = await queue.connection.redis.hgetall(`${drive.key}:gate:usage:${tenant}:${hour}`)
  return Object.fromEntries(Object.entries(usage).filter(([name]) => !/Us$|bytes/.test(name)))
}

it('a run of several calls takes as many turns', async () => {
  await drive.executors(4)
  for (let run = 0; run < 60; run++) await drive.enqueue('batches', { calls: 4 })
  for (let run = 0; run < 200; run++) await drive.enqueue('single')
  await drive.serve(20)
  const served = counted(await drive.serve(100))
  expect(served['single']).toBeGreaterThanOrEqual(78)
  expect(served['single']).toBeLessThanOrEqual(82)
})

it('a run of several calls takes as many tokens', async () => {
  await drive.executors(64)
  await drive.policy('a', { runsPerSecond: 10, burst: 10 })
  for (let run = 0; run < 4; run++) await drive.enqueue('a', { calls: 8 })
  expect(await drive.takeAll()).toHaveLength(2)
  drive.now += 600
  await drive.executors(64)
  expect(await drive.takeAll()).toHaveLength(0)
  drive.now += 200
  await drive.executors(64)
  expect(await drive.takeAll()).toHaveLength(1)
})

it('each call is counted by how it ended', async () => {
  await drive.executors(16)
  for (let run = 0; run < 4; run++) await drive.enqueue('a', { calls: 5 })
  const [first, second, third, fourth] = (await drive.takeAll()) as [TakenRun, TakenRun, TakenRun, TakenRun]
  await drive.gate.finish({ ...first, ends: { succeeded: 3, failed: 1 } })
  await drive.gate.finish({ ...second, ends: 'refused' })
  // Its calls are run again, one by one.
  await drive.gate.finish({ ...third, ends: 'crashed' })
  await drive.gate.finish({ ...fourth, ends: 'trouble' })
  expect(await usageOf('a')).toEqual({ succeeded: '3', failed: '1', refused: '5', trouble: '5' })
})

it('the calls of a run that is taken out are counted as well', async () => {
  const id = await drive.enqueue('a', { calls: 7 })
  await drive.gate.remove(keyOf(id, 'a'), 'cancelled')
  expect(await usageOf('a')).toEqual({ cancelled: '7' })
})

it('what a run of several calls has cost is forgotten in its time, though none of them is counted yet', async () => {
  await drive.executors(1)
  await drive.enqueue('a', { calls: 5 })
  const [run] = (await drive.takeAll()) as [TakenRun]
  await drive.gate.finish({ ...run, ends: 'crashed', usage: succeeded(1).usage })
  await drive.enqueue('b', { calls: 5 })
  const [other] = (await drive.takeAll()) as [TakenRun]
  await drive.gate.finish({ ...other, ends: 'crashed', usage: { ...succeeded(1).usage, cpuMs: 7 } })
  const kept = await queue.keys('runs:gate:usage:*')
  expect(kept).toHaveLength(1)
  expect(await queue.connection.redis.ttl(`${queue.keyPrefix}:${kept[0]}`)).toBeGreaterThan(0)
})
