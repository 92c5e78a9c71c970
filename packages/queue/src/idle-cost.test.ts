import { latch, useRedis } from '@isolated-runtime/testing'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { newRun } from './fixtures/runs.ts'
import { TestQueue } from './fixtures/test-queue.ts'

const redis = useRedis()
const MAX_COMMANDS_A_SECOND = 5
const SCRIPTS = 10
/** Of all that Redis counts, what scripts call included; seven are BullMQ's look for stalled runs. */
const MAX_CALLS_A_SECOND = 32

test('an executor and a client that have nothing to do send Redis less than five commands a second', async () => {
  await using queue = await TestQueue.open(redis)
  await queue.taker()
  const submitter = await queue.submitter()
  await (
    await submitter.submit(newRun())
  ).outcome
  await using stack = new AsyncDisposableStack()
  const watcher = new Redis(redis.url)
  stack.defer(() => watcher.disconnect())
  const monitor = await watcher.monitor()
  stack.defer(() => monitor.disconnect())
  const seen: { readonly at: number; readonly name: string }[] = []
  let calls = 0
  const enough = latch()
  monitor.on('monitor', (time: string, args: string[], source: string) => {
    // What a script calls is not sent, and the monitor sees itself.
    if (source === 'lua') calls++
    if (source === 'lua' || !args.some((arg) => arg.includes(queue.keyPrefix))) return
    seen.push({ at: Number(time), name: String(args[0]).toLowerCase() })
    if (seen.filter(({ name }) => name === 'evalsha').length >= SCRIPTS) enough.resolve()
  })
  await enough.wait(25_000)
  const seconds = (seen.at(-1)?.at ?? 0) - (seen[0]?.at ?? 0)
  expect(seen.length / seconds).toBeLessThan(MAX_COMMANDS_A_SECOND)
  expect((seen.length + calls) / seconds).toBeLessThan(MAX_CALLS_A_SECOND)
})
