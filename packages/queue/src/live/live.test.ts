import {
  IsolatedRuntimeError,
  unsuccessful,
  type EncodedOutcome,
  type LogEntry,
} from '@isolated-runtime/protocol'
import { latch, TcpProxy, useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keyOf, newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import type { SubmittedRun } from '../submit/submit-shard.ts'
import type { HandleOptions } from '../run/handle-run.ts'
import type { LiveReader } from './live-reader.ts'

const redis = useRedis()
let queue: TestQueue

beforeEach(async () => {
  queue = await TestQueue.open(redis)
})

afterEach(() => queue[Symbol.asyncDispose]())

const line = (text: string): LogEntry => ({ level: 'info', time: 1, text })
const done = succeeded('done')

/** An executor of runs that say something, and what it says. */
async function executor(
  runs: (options: HandleOptions, attempt: number) => Promise<EncodedOutcome>,
): Promise<void> {
  await queue.taker({ handle: (_, options) => runs(options, options.attempt) })
}

function reader({ live }: SubmittedRun): LiveReader {
  if (live === undefined) throw new Error('The run did not ask to be told of')
  return live
}

async function textsOf({ outcome, ...run }: SubmittedRun): Promise<string[]> {
  return Array.fromAsync(reader({ outcome, ...run }).logs(outcome), ({ text }) => text)
}

test('lines are read while the run goes on, and end when it has settled', async () => {
  const heard = latch()
  await executor(async ({ onLog }) => {
    onLog?.(line('first'))
    await heard.wait()
    for (const text of ['second', 'third']) onLog?.(line(text))
    return done
  })
  const run = await (await queue.submitter()).submit(newRun({ live: true }))
  const lines = reader(run).logs(run.outcome)
  expect(await lines.next()).toEqual({ done: false, value: line('first') })
  heard.resolve()
  expect(await Array.fromAsync(lines)).toEqual([line('second'), line('third')])
  expect(await run.outcome).toMatchObject({ status: 'succeeded' })
  expect(await textsOf(run)).toEqual(['first', 'second', 'third'])
})

test('another process reads them from the first, each reader at its own pace', async () => {
  const ending = latch()
  const COUNT = 3_000
  await executor(async ({ onLog }) => {
    for (let index = 0; index < COUNT; index++) {
      onLog?.(line(`${index}`))
      // So that there are many batches.
      if (index % 10 === 0) await new Promise(setImmediate)
    }
    await ending.wait()
    return done
  })
  const run = await (await queue.submitter()).submit(newRun({ live: true }))
  const attached = await (await queue.submitter()).attach(keyOf(run.id))
  const slow = reader(attached).logs(attached.outcome)
  expect((await slow.next()).value).toEqual(line('0'))
  ending.resolve()
  await run.outcome
  const all = Array.from({ length: COUNT }, (_, index) => `${index}`)
  expect(await textsOf(run)).toEqual(all)
  expect(await Array.fromAsync(slow, ({ text }) => text)).toEqual(all.slice(1))
})

test('reports of progress that nobody takes up in time are the last ones, and as few as Redis is to hold', async () => {
  await executor(async ({ onProgress }) => {
    for (let step = 0; step <= 20_000; step++) {
      onProgress?.({ step })
      if (step % 10 === 0) await new Promise(setImmediate)
    }
    return done
  })
  const run = await (await queue.submitter()).submit(newRun({ progress: true }))
  await run.outcome
  const steps = await Array.fromAsync(reader(run).progress(run.outcome))
  expect(steps.at(-1)).toEqual({ step: 20_000 })
  const key = `${queue.keyPrefix}:runs:live:progress:default/${run.id}`
  expect(await queue.connection.redis.xlen(key)).toBeLessThan(400)
})

test('what is told expires a minute after the last moment of the run; other runs leave nothing', async () => {
  await executor(async ({ onLog, onProgress }) => {
    onLog?.(line('x'))
    onProgress?.(1)
    return done
  })
  const submitter = await queue.submitter()
  const run = await submitter.submit(newRun({ live: true, progress: true }))
  await run.outcome
  const silent = await submitter.submit(newRun())
  expect(silent.live).toBeUndefined()
  await silent.outcome
  expect(await queue.keys('*:live:*')).toEqual([
    `runs:live:logs:default/${run.id}`,
    `runs:live:progress:default/${run.id}`,
  ])
  for (const kind of ['logs', 'progress']) {
    const leftMs = await queue.connection.redis.pttl(`${queue.keyPrefix}:runs:live:${kind}:default/${run.id}`)
    expect(leftMs).toBeGreaterThan(60_000)
    expect(leftMs).toBeLessThanOrEqual(65_000)
  }
})

test('a reader whose connection is cut goes on where it was', async () => {
  const cut = latch()
  await executor(async ({ onLog }) => {
    onLog?.(line('before'))
    await cut.wait()
    onLog?.(line('after'))
    return done
  })
  await using proxy = await TcpProxy.start({ port: Number(new URL(queue.url).port) })
  const url = new URL(queue.url)
  url.port = String(proxy.port)
  const run = await (await queue.submitter({ url: url.href })).submit(newRun({ live: true }))
  const lines = reader(run).logs(run.outcome)
  expect((await lines.next()).value).toEqual(line('before'))
  proxy.cut()
  cut.resolve()
  expect(await Array.fromAsync(lines)).toEqual([line('after')])
})

test('a reader ends with CLOSED when its client does, and with what is known when the run is lost', async () => {
  const told = latch()
  await executor(async ({ onLog, signal }) => {
    onLog?.(line('only'))
    told.resolve()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    return done
  })
  const closing = await queue.submitter()
  const run = await closing.submit(newRun({ live: true }))
  const lines = reader(run).logs(run.outcome)
  expect((await lines.next()).value).toEqual(line('only'))
  const next = lines.next()
  await Promise.all([expect(next).rejects.toMatchObject({ code: 'CLOSED' }), closing.close()])
  const attached = await (await queue.submitter()).attach(keyOf(run.id))
  const again = reader(attached).logs(attached.outcome)
  expect((await again.next()).value).toEqual(line('only'))
  await queue.connection.redis.del(`${queue.keyPrefix}:runs:default/${run.id}`)
  await expect(again.next()).rejects.toMatchObject({ code: 'RUN_LOST' })
})

test('a second attempt tells its lines as well', async () => {
  await executor(async ({ onLog }, attempt) => {
    onLog?.(line(`attempt ${attempt}`))
    return attempt === 1 ? unsuccessful('failed', new IsolatedRuntimeError('GUEST_ERROR', 'no')) : done
  })
  const retries = { attempts: 2, backoffMs: 0, on: ['failed' as const] }
  const run = await (await queue.submitter()).submit(newRun({ live: true, retries }))
  expect(await textsOf(run)).toEqual(['attempt 1', 'attempt 2'])
})

test('garbage in the place of lines is refused', async () => {
  await executor(async () => done)
  const run = await (await queue.submitter()).submit(newRun({ live: true }))
  await run.outcome
  await queue.connection.redis.xadd(
    `${queue.keyPrefix}:runs:live:logs:default/${run.id}`,
    '*',
    'items',
    '[{"level":7}]',
  )
  await expect(textsOf(run)).rejects.toMatchObject({ code: 'INVALID_MESSAGE' })
})

test('who listens joins the run of somebody who does not', async () => {
  await executor(async () => done)
  const submitter = await queue.submitter()
  const named = newRun({ isNamed: true })
  await (
    await submitter.submit(named)
  ).outcome
  const joined = await submitter.submit({ ...named, live: true })
  expect(await textsOf(joined)).toEqual([])
})

test('lines of a run are found on its shard, by whoever attaches to it', async () => {
  await queue.taker({
    shards: 3,
    handle: async (_, { onLog }) => {
      onLog?.(line('here'))
      return done
    },
  })
  const submitter = await queue.submitter({ shards: 3 })
  for (const tenant of ['a', 'b', 'c', 'd']) {
    const run = await submitter.submit(newRun({ tenant, live: true }))
    expect(await textsOf(await submitter.attach(keyOf(run.id, tenant)))).toEqual(['here'])
  }
})
