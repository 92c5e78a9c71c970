import { setTimeout as delay } from 'node:timers/promises'
import { useRedis } from '@isolated-runtime/testing'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { duringFault } from './fixtures/during-fault.ts'
import { newRun } from './fixtures/runs.ts'
import { TestQueue } from './fixtures/test-queue.ts'
import type { RunSubmitter } from './submit/run-submitter.ts'

const redis = useRedis()
/** What a busy machine may need. */
const LONG_MS = 60_000
let queue: TestQueue
let submitter: RunSubmitter
let operator: Redis

beforeEach(async () => {
  queue = await TestQueue.open(redis)
  await queue.taker()
  submitter = await queue.submitter()
  operator = new Redis(redis.url)
  // It is away when Redis is.
  operator.on('error', () => undefined)
})

afterEach(async () => {
  operator.disconnect()
  await queue[Symbol.asyncDispose]()
})

async function repeat(times: number, everyMs: number, act: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < times; time++) {
    await act()
    await delay(everyMs)
  }
}

test('runs settle while Redis forgets its scripts again and again', { timeout: LONG_MS }, async () => {
  const ends = await duringFault(submitter, () => repeat(100, 10, () => operator.script('FLUSH')))
  expect(ends).toEqual({ right: expect.any(Number) })
})

test('runs settle while every connection is killed ten times a second', { timeout: LONG_MS }, async () => {
  const ends = await duringFault(submitter, () =>
    repeat(30, 100, async () => {
      await operator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
      await operator.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    }),
  )
  expect(ends).toEqual({ right: expect.any(Number) })
})

test('runs settle when Redis stands still for ten seconds', { timeout: LONG_MS }, async () => {
  const ends = await duringFault(submitter, async () => {
    await delay(200)
    await redis.server.pause()
    await delay(10_000)
    await redis.server.resume()
  })
  expect(ends).toEqual({ right: expect.any(Number) })
})

test('runs settle when Redis is a replica for a while', { timeout: LONG_MS }, async () => {
  const ends = await duringFault(submitter, async () => {
    await delay(200)
    // Of a master that is not there: it keeps its data.
    await operator.replicaof('127.0.0.1', 1)
    await delay(4_000)
    await operator.replicaof('NO', 'ONE')
  })
  expect(ends).toEqual({ right: expect.any(Number) })
})

test('runs settle when Redis is full for a while', { timeout: LONG_MS }, async () => {
  const ends = await duringFault(submitter, async () => {
    await delay(200)
    await operator.config('SET', 'maxmemory', '1mb')
    await expect(submitter.submit(newRun())).rejects.toMatchObject({ code: 'FLEET_OVERLOADED' })
    await delay(3_000)
    await operator.config('SET', 'maxmemory', '0')
  })
  // All of them may have been under way, and wait.
  expect({ FLEET_OVERLOADED: 0, ...ends }).toEqual({
    right: expect.any(Number),
    FLEET_OVERLOADED: expect.any(Number),
  })
})

test(
  'runs settle, or are refused with a code, when Redis takes no writes for a while',
  { timeout: LONG_MS },
  async () => {
    const ends = await duringFault(submitter, async () => {
      await delay(200)
      await operator.config('SET', 'min-replicas-to-write', 1)
      await expect(submitter.submit(newRun())).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' })
      await delay(3_000)
      await operator.config('SET', 'min-replicas-to-write', 0)
    })
    expect({ REDIS_UNREACHABLE: 0, ...ends }).toEqual({
      right: expect.any(Number),
      REDIS_UNREACHABLE: expect.any(Number),
    })
  },
)

test('runs settle, or are told as lost, when Redis loses all it has', { timeout: LONG_MS }, async () => {
  const ends = await duringFault(submitter, async () => {
    await delay(200)
    await redis.server.kill()
    await delay(500)
    await redis.server.restart()
    await delay(500)
  })
  const none = { right: 0, RUN_LOST: 0 }
  expect({ ...none, ...ends }).toEqual({ right: expect.any(Number), RUN_LOST: expect.any(Number) })
  expect(await (await submitter.submit(newRun())).outcome).toMatchObject({ status: 'succeeded' })
})

test('runs settle when Redis lets nobody in for a while', { timeout: LONG_MS }, async () => {
  const ends = await duringFault(submitter, async () => {
    await delay(200)
    await operator.config('SET', 'maxclients', 1)
    await operator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await delay(2_000)
    await operator.config('SET', 'maxclients', 10_000)
  })
  expect(ends).toEqual({ right: expect.any(Number) })
})
