import {
  argumentsOf,
  IsolatedRuntimeError,
  unsuccessful,
  type WorkResult,
  type RunMessage,
} from '@isolated-runtime/protocol'
import type { HandleRun } from '@isolated-runtime/queue'
import { latch, useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Client } from './client.ts'
import { itemsOf, reported, startTaker, succeeded } from './fixtures/start-taker.ts'
import type { ArgumentList, Outcome } from './index.ts'

const redis = useRedis()
const call = { bundle: `sha256-${'0'.repeat(64)}`, file: 'a.js', funcName: 'a' }
let stack: AsyncDisposableStack
let keyPrefix: string
let client: Client

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  keyPrefix = redis.uniquePrefix()
  client = stack.use(await Client.connect({ redis: redis.url, keyPrefix }))
})

afterEach(() => stack.disposeAsync())

/** Gives back the first argument of each item, and of a single call all of them. */
function echo({ call: { work } }: RunMessage): WorkResult {
  if (work.kind === 'call') return succeeded(JSON.parse(work.argsJson))
  const reports = work.items.map((json, item) => {
    const [value] = JSON.parse(json) as unknown[]
    return { item, status: 'succeeded', value, bytesOut: 1, wallMs: 1, cpuMs: 1 }
  })
  return reported(reports)
}

async function startExecutor(handle: HandleRun = async (message) => echo(message)): Promise<void> {
  stack.use(await startTaker({ url: redis.url, keyPrefix }, handle))
}

const byIndex = ([a]: readonly [number, string], [b]: readonly [number, string]): number => a - b

const numbers = (n: number): ArgumentList[] => Array.from({ length: n }, (_, i) => [i])

function valuesOf(outcomes: readonly Outcome[]): unknown[] {
  return outcomes.map((outcome) => (outcome.status === 'succeeded' ? outcome.value : outcome.status))
}

test('map() gives 10,000 outcomes in order, a hundred to a job', async () => {
  let jobs = 0
  await startExecutor(async (message) => {
    jobs++
    return echo(message)
  })
  const outcomes = await client.map({ ...call, items: numbers(10_000) })
  expect(valuesOf(outcomes)).toEqual(numbers(10_000).flat())
  expect(jobs).toBe(100)
  expect(outcomes[0]?.usage).toMatchObject({ executor: 'e', bytesIn: 3, wallMs: 1 })
})

test('map() carries the request to the executor', async () => {
  const messages: RunMessage[] = []
  await startExecutor(async (message) => {
    messages.push(message)
    return echo(message)
  })
  await client.map({
    ...call,
    items: [[1, 'ä']],
    context: { b: 2 },
    limits: { timeoutMs: 7 },
    realm: 'warm',
    tenant: 'acme',
  })
  expect(messages).toMatchObject([
    {
      tenant: 'acme',
      call: {
        file: '/a.js',
        funcName: 'a',
        work: { kind: 'batch', items: ['[1,"ä"]'], realms: 'shared' },
        contextJson: '{"b":2}',
        limits: { timeoutMs: 7 },
        realm: 'warm',
      },
    },
  ])
})

test('map() refuses what is no map, before anything is queued', async () => {
  const wrong = { ...call, items: JSON.parse('[[1], 2]') as [], id: 'x', chunk: 1_001 }
  await expect(client.map(wrong)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: /"items.1".*"chunk"|"chunk".*"items.1"/,
  })
  await expect(client.map({ ...call, items: [], concurrency: 0 })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
  })
  expect(await client.map({ ...call, items: [] })).toEqual([])
})

test('map() runs alone the items of a batch that crashed', async () => {
  await startExecutor(async (message) =>
    itemsOf(message).includes('[3]')
      ? unsuccessful('crashed', new IsolatedRuntimeError('CRASHED', 'gone'))
      : echo(message),
  )
  const outcomes = await client.map({ ...call, items: numbers(8), chunk: 4 })
  expect(valuesOf(outcomes)).toEqual([0, 1, 2, 'crashed', 4, 5, 6, 7])
})

test('map() is cancelled by its signal: batches that were over keep their outcomes', async () => {
  const started = latch()
  await startExecutor(async (message, { signal }) => {
    if (itemsOf(message).includes('[0]')) return echo(message)
    started.resolve()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    throw signal.reason
  })
  const controller = new AbortController()
  const outcomes = client.map(
    { ...call, items: numbers(6), chunk: 2, concurrency: 1 },
    { signal: controller.signal },
  )
  await started.wait()
  controller.abort('enough')
  expect(valuesOf(await outcomes)).toEqual([0, 1, ...Array<string>(4).fill('cancelled')])
})

test('map() waits for room in the queue of its tenant', async () => {
  await client.admin.tenants.set('default', { maxQueued: 2 })
  const fill = async (): Promise<never> => {
    for (;;) await client.submit(call)
  }
  await expect(fill()).rejects.toMatchObject({ code: 'TENANT_QUEUE_FULL' })
  const outcomes = client.map({ ...call, items: numbers(12), chunk: 1, concurrency: 6 })
  await startExecutor()
  expect(valuesOf(await outcomes)).toEqual(numbers(12).flat())
})

test('map() rejects with CLOSED when the client is closed', async () => {
  const outcomes = client.map({ ...call, items: numbers(3) })
  outcomes.catch(() => undefined)
  await client.close()
  await expect(outcomes).rejects.toMatchObject({ code: 'CLOSED' })
  await expect(client.map({ ...call, items: numbers(3) })).rejects.toMatchObject({ code: 'CLOSED' })
})

test('mapStream() reads no further ahead than may be under way', async () => {
  await startExecutor()
  let read = 0
  function* endless(): Generator<ArgumentList> {
    for (;;) yield [read++]
  }
  let consumed = 0
  const request = { ...call, items: endless(), chunk: 10, concurrency: 3 }
  for await (const outcome of client.mapStream<number>(request)) {
    expect(outcome).toMatchObject({ value: consumed++ })
    expect(read - consumed).toBeLessThanOrEqual(30)
    if (consumed === 1_000) break
  }
  expect(read).toBeLessThanOrEqual(1_030)
})

test('mapStream() cancels what is under way when its consumer leaves', async () => {
  const started = latch()
  const aborted = latch()
  await startExecutor(async (message, { signal }) => {
    if (itemsOf(message).includes('[0]')) return echo(message)
    started.resolve()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    aborted.resolve()
    throw signal.reason
  })
  for await (const outcome of client.mapStream({ ...call, items: numbers(6), chunk: 3 })) {
    expect(outcome).toMatchObject({ value: 0 })
    await started.wait()
    break
  }
  await aborted.wait()
})

test('runMany() gives the outcomes of different runs in order, and joins those of one name', async () => {
  let runs = 0
  await startExecutor(async (message) => {
    runs++
    return succeeded([message.call.funcName, argumentsOf(message.call.work)[0]])
  })
  const same = { ...call, id: 'same', args: [3] }
  const outcomes = await client.runMany([{ ...call, args: [1] }, { ...call, funcName: 'b' }, same, same])
  expect(valuesOf(outcomes)).toEqual([
    ['a', '[1]'],
    ['b', '[]'],
    ['a', '[3]'],
    ['a', '[3]'],
  ])
  expect(runs).toBe(3)
  expect(await client.runMany([])).toEqual([])
})

test('submitMany() gives a handle of each run, and refuses all where one is at fault', async () => {
  await startExecutor()
  const handles = await client.submitMany([
    { ...call, args: [1], id: 'one' },
    { ...call, args: [2] },
  ])
  expect(handles[0]?.id).toBe('one')
  expect(await Promise.all(handles.map((handle) => handle.outcome()))).toMatchObject([
    { value: [1] },
    { value: [2] },
  ])
  const bad = { ...call, args: 'none' as never }
  await expect(client.submitMany([call, bad])).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
})

test('onOutcome hears of each run and of each item as soon as it is over, and does no harm', async () => {
  await startExecutor()
  const heard: [number, string][] = []
  const onOutcome = ({ status }: Outcome, index: number): void => {
    heard.push([index, status])
    throw new Error('of the listener')
  }
  const all = [0, 1, 2].map((index) => [index, 'succeeded'])
  await client.runMany([call, call, call], { onOutcome })
  expect(heard.splice(0).toSorted(byIndex)).toEqual(all)
  await client.map({ ...call, items: numbers(3), chunk: 1 }, { onOutcome })
  expect(heard.toSorted(byIndex)).toEqual(all)
})

test('runMany() tells what is wrong with each run, and queues none', async () => {
  const requests = [
    { ...call, id: 'good' },
    { ...call, args: [1n] },
    { ...call, file: '../a.js' },
  ]
  await expect(client.runMany(requests)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringMatching(
      /^Of 3 runs 2 cannot be carried out, and none was begun: \[1\] .* \[2\] /,
    ) as string,
  })
  await expect(client.attach('good')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
})

test('runMany() rejects when a run finds no room, and takes the others back', async () => {
  await client.admin.tenants.set('default', { maxQueued: 2 })
  const requests = Array.from({ length: 10 }, () => call)
  await expect(client.runMany(requests)).rejects.toMatchObject({ code: 'TENANT_QUEUE_FULL' })
  const taken = vi.fn<HandleRun>(async (message) => echo(message))
  await startExecutor(taken)
  await vi.waitFor(async () => {
    const [hour] = await client.admin.tenants.usage('default')
    expect(hour?.byStatus).toEqual({ cancelled: hour?.runs })
  })
  await client.run(call)
  expect(taken).toHaveBeenCalledTimes(1)
})
