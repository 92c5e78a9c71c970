import { TcpProxy, latch, useRedis } from '@isolated-runtime/testing'
import { Queue } from 'bullmq'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { argsJsonOf, keyOf, newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import type { HandleRun } from '../run/handle-run.ts'

const redis = useRedis()
let queue: TestQueue
let stack: AsyncDisposableStack

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  queue = stack.use(await TestQueue.open(redis))
})

afterEach(() => stack.disposeAsync())

/** A guest that goes on until it is stopped, and an executor that stops it when told. */
function endless(): { handle: HandleRun; started: ReturnType<typeof latch>; reasons: unknown[] } {
  const started = latch()
  const reasons: unknown[] = []
  const handle: HandleRun = (_message, { signal }) => {
    started.resolve()
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason)
        reject(new Error('stopped'))
      })
    })
  }
  return { handle, started, reasons }
}

/** A guest that is over after a few turns of the event loop. */
const brief: HandleRun = async ({ call }, { signal }) => {
  for (let turn = 0; turn < 5 && !signal.aborted; turn += 1) await new Promise(setImmediate)
  signal.throwIfAborted()
  return succeeded(JSON.parse(argsJsonOf(call)))
}

const cancelledBecause = (reason: string): unknown =>
  expect.objectContaining({
    status: 'cancelled',
    error: expect.objectContaining({ code: 'RUN_CANCELLED', message: `The run was cancelled: ${reason}` }),
  })

function bullmq(): Queue {
  const bull = new Queue('runs', { connection: queue.connection.redis, prefix: queue.keyPrefix })
  stack.defer(() => bull.close())
  return bull
}

test('a waiting run settles at once, is never run, and its outcome is kept', async () => {
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun())
  expect(await submitter.cancel(keyOf(id), 'too late')).toBe(true)
  expect(await outcome).toEqual(cancelledBecause('too late'))
  expect(await outcome).toMatchObject({ usage: { attempts: 0, queuedMs: expect.any(Number) } })
  let isHandled = false
  await queue.taker({
    handle: async () => {
      isHandled = true
      return succeeded(null)
    },
  })
  const next = await submitter.submit(newRun())
  await next.outcome
  expect(await (await submitter.attach(keyOf(id))).outcome).toEqual(await outcome)
  isHandled = false
  const again = await submitter.submit(newRun({ id }))
  expect(await again.outcome).toEqual(await outcome)
  expect(isHandled).toBe(false)
})

test.for([
  ['delayed', { delay: 60_000 }],
  ['prioritized', { priority: 7 }],
] as const)('so does a run that is %s', async ([state, options]) => {
  const submitter = await queue.submitter()
  const run = newRun()
  const { id, outcome } = await submitter.submit(run)
  const bull = bullmq()
  const job = await bull.getJob(`default/${id}`)
  const data: unknown = job?.data
  await bull.remove(`default/${id}`)
  await bull.add('run', data, { jobId: `default/${id}`, ...options })
  expect(await bull.getJobState(`default/${id}`)).toBe(state)
  expect(await submitter.cancel(keyOf(id), '')).toBe(true)
  expect(await outcome).toMatchObject({ status: 'cancelled', error: { message: 'The run was cancelled' } })
  expect(await bull.getJobState(`default/${id}`)).toBe('completed')
  expect(await bull.getJobCounts(state, 'wait')).toEqual({ [state]: 0, wait: 0 })
})

test('so do runs in the line of their tenant, and delayed ones; they hold no place there any more', async () => {
  const submitter = await queue.submitter()
  const runs = await Promise.all(Array.from({ length: 6 }, () => submitter.submit(newRun())))
  const delayed = await submitter.submit(newRun({ delayMs: 60_000 }))
  expect((await submitter.status(keyOf(delayed.id))).phase).toBe('delayed')
  expect((await submitter.status(keyOf(runs[5]?.id ?? ''))).phase).toBe('waiting')
  for (const { id, outcome } of [...runs, delayed]) {
    expect(await submitter.cancel(keyOf(id), 'all of them')).toBe(true)
    expect(await outcome).toEqual(cancelledBecause('all of them'))
    expect((await submitter.status(keyOf(id))).phase).toBe('over')
  }
  expect(await queue.keys('runs:gate:{line:default,queued,bytes,due,flying,running,expiry}')).toEqual([])
  await queue.taker()
  expect(await (await submitter.submit(newRun())).outcome).toMatchObject({ status: 'succeeded' })
})

test('so does a run on a paused queue', async () => {
  const bull = bullmq()
  await bull.pause()
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun())
  await submitter.cancel(keyOf(id), 'paused')
  expect(await outcome).toEqual(cancelledBecause('paused'))
  expect(await bull.getJobCountByTypes('wait')).toBe(0)
})

test('whoever waits for it elsewhere hears of it at once, by a reply', async () => {
  const [mine, other] = [await queue.submitter(), await queue.submitter()]
  const { id, outcome } = await mine.submit(newRun())
  await other.cancel(keyOf(id), 'by another')
  expect(await outcome).toEqual(cancelledBecause('by another'))
})

test('the outcome is found where it is stored if the canceller dies before it replies', async () => {
  const [mine, other] = [await queue.submitter(), await queue.submitter()]
  const { id, outcome } = await mine.submit(newRun())
  const [first, second] = await queue.keys('inbox:*')
  await queue.connection.redis.del(`${queue.keyPrefix}:${first}`, `${queue.keyPrefix}:${second}`)
  await other.cancel(keyOf(id), 'and died')
  expect(await outcome).toEqual(cancelledBecause('and died'))
})

test('a running one is stopped by its executor and settles as cancelled', async () => {
  const { handle, started, reasons } = endless()
  await queue.taker({ handle })
  await queue.taker({ handle, executor: 'bystander' })
  const [mine, other] = [await queue.submitter(), await queue.submitter()]
  const { id, outcome } = await mine.submit(newRun())
  await started.wait()
  expect(await other.cancel(keyOf(id), 'enough')).toBe(true)
  expect(await outcome).toEqual(cancelledBecause('enough'))
  expect(await outcome).toMatchObject({ usage: { attempts: 1, executor: expect.any(String) } })
  expect(reasons).toEqual(['enough'])
  expect(await other.cancel(keyOf(id), 'again')).toBe(false)
  expect(await (await other.attach(keyOf(id))).outcome).toEqual(cancelledBecause('enough'))
})

test('one that does not stop settles all the same', async () => {
  const started = latch()
  await queue.taker({
    handle: () => {
      started.resolve()
      return new Promise<never>(() => {})
    },
  })
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun())
  await started.wait()
  await submitter.cancel(keyOf(id), 'deaf')
  expect(await outcome).toEqual(cancelledBecause('deaf'))
})

test('what the sandbox says of a cancelled run counts', async () => {
  const started = latch()
  await queue.taker({
    handle: async (_message, { signal }) => {
      started.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return succeeded('in the last moment')
    },
  })
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun())
  await started.wait()
  await submitter.cancel(keyOf(id), '')
  expect(await outcome).toMatchObject({ valueJson: '"in the last moment"' })
})

test('a run that is over is not cancelled; one that never was is not found', async () => {
  await queue.taker()
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun())
  const first = await outcome
  expect(await submitter.cancel(keyOf(id), 'late')).toBe(false)
  expect(await (await submitter.attach(keyOf(id))).outcome).toEqual(first)
  await expect(submitter.cancel(keyOf('nobody'), '')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
})

test('a cancellation that reaches the executor before the run does counts', async () => {
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun())
  let isHandled = false
  const handle: HandleRun = async () => {
    isHandled = true
    return succeeded(null)
  }
  // The queue has given the run to this executor, and the answer that says so is on its way.
  await queue.connection.redis.set(`${queue.keyPrefix}:runs:default/${id}:lock`, 'somebody', 'PX', 60_000)
  const paused = bullmq()
  await paused.pause()
  await queue.taker({ handle })
  await submitter.cancel(keyOf(id), 'overtaken')
  await queue.connection.redis.del(`${queue.keyPrefix}:runs:default/${id}:lock`)
  await paused.resume()
  expect(await outcome).toEqual(cancelledBecause('overtaken'))
  expect(isHandled).toBe(false)
})

test('a cancellation that an executor was away for is heard when it is back', async () => {
  await using proxy = await TcpProxy.start({ port: redis.server.port })
  const { handle, started, reasons } = endless()
  await queue.taker({ handle, url: `redis://127.0.0.1:${proxy.port}` })
  const submitter = await queue.submitter()
  const { id } = await submitter.submit(newRun())
  await started.wait()
  // Whoever waits would cancel again.
  await submitter.close()
  await queue.connection.redis.hset(`${queue.keyPrefix}:runs:default/${id}`, 'cancel', 'unheard')
  proxy.cut()
  await vi.waitFor(() => expect(reasons).toEqual(['unheard']), 5_000)
})

test('a run whose executor died settles as cancelled though nobody takes runs any more', async () => {
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun())
  const { redis: raw } = queue.connection
  const key = (name: string): string => `${queue.keyPrefix}:runs:${name}`
  // What a dead executor leaves: the run among the active ones, its lock for a while.
  await raw.lmove(key('wait'), key('active'), 'RIGHT', 'LEFT')
  await raw.set(key(`default/${id}:lock`), 'dead', 'PX', 1_500)
  expect(await submitter.cancel(keyOf(id), 'told to the dead')).toBe(true)
  expect(await outcome).toEqual(cancelledBecause('told to the dead'))
  expect(await raw.llen(key('active'))).toBe(0)
})

test('a run that is handed back after it was cancelled is not run again', async () => {
  const [started, never] = [latch(), latch<never>()]
  const first = await queue.taker({
    handle: () => {
      started.resolve()
      return never.promise
    },
  })
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun())
  await started.wait()
  await queue.connection.redis.hset(`${queue.keyPrefix}:runs:default/${id}`, 'cancel', 'while it closed')
  let isHandled = false
  await queue.taker({
    executor: 'other',
    handle: async () => {
      isHandled = true
      return succeeded(null)
    },
  })
  await first.close({ graceMs: 0 })
  expect(await outcome).toEqual(cancelledBecause('while it closed'))
  expect(isHandled).toBe(false)
})

test('a storm of cancellations against an executor that takes runs settles each run once', async () => {
  await queue.taker({ handle: brief })
  const [mine, other] = [await queue.submitter(), await queue.submitter()]
  const runs = await Promise.all(Array.from({ length: 300 }, () => mine.submit(newRun())))
  const wishes = await Promise.all(runs.map(({ id }) => other.cancel(keyOf(id), 'storm')))
  const outcomes = await Promise.all(runs.map(({ outcome }) => outcome))
  for (const [index, { id }] of runs.entries()) {
    const status = outcomes[index]?.status
    expect(['cancelled', 'succeeded']).toContain(status)
    expect(wishes[index] || status === 'succeeded').toBe(true)
    expect((await (await other.attach(keyOf(id))).outcome).status).toBe(status)
  }
  const bull = bullmq()
  expect(await bull.getJobCountByTypes('wait', 'active', 'delayed', 'failed')).toBe(0)
  await vi.waitFor(async () => expect(await bull.getJobCountByTypes('completed')).toBe(300))
})
