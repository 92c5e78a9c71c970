import { setTimeout as delay } from 'node:timers/promises'
import { usageSchema, type RunMessage, type WorkResult } from '@isolated-runtime/protocol'
import { RedisConnection, RunTaker } from '@isolated-runtime/queue'
import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Client } from './client.ts'
import type { RunRequest } from './run-request.ts'

const redis = useRedis()
const call = { bundle: `sha256-${'0'.repeat(64)}`, file: 'a.js', funcName: 'a' }
const values = Array.from({ length: 400 }, (_, value) => value)
let stack: AsyncDisposableStack
let keyPrefix: string
let messages: RunMessage[]

beforeEach(() => {
  stack = new AsyncDisposableStack()
  keyPrefix = redis.uniquePrefix()
  messages = []
})

afterEach(() => stack.disposeAsync())

const valueOf = (json: string): unknown => (JSON.parse(json) as unknown[])[0]

/**
 * An executor without a sandbox, that says of each run that it took so long, and gives back its first argument; a busy one
 * has other things to do first.
 */
async function startExecutor(wallMs: number, busyMs = 0): Promise<void> {
  const connection = stack.use(await RedisConnection.open({ redis: redis.url }))
  const handle = async (message: RunMessage): Promise<WorkResult> => {
    messages.push(message)
    if (busyMs > 0) await delay(busyMs)
    const usage = usageSchema.parse({ wallMs })
    const { work } = message.call
    if (work.kind === 'call') {
      const valueJson = JSON.stringify(valueOf(work.argsJson))
      return { status: 'succeeded', valueJson, logs: [], logsDropped: 0, usage }
    }
    const reports = work.items.map((json, item) => {
      return { item, status: 'succeeded', value: valueOf(json), bytesOut: 1, wallMs, cpuMs: 1 }
    })
    return { status: 'reported', reportsJson: JSON.stringify(reports), usage }
  }
  const taker = RunTaker.start(connection, { executor: 'e', slots: 8, keyPrefix, handle })
  stack.defer(() => taker.close({ graceMs: 0 }))
  await taker.ready()
}

async function connect(options: { readonly batching?: boolean } = {}): Promise<Client> {
  return stack.use(await Client.connect({ redis: redis.url, keyPrefix, ...options }))
}

/** Calls with each value, this many at a time. */
async function runAll(client: Client, request: Partial<RunRequest> = {}, lanes = 64): Promise<unknown[]> {
  const results: unknown[] = []
  const left = values.values()
  const lane = async (): Promise<void> => {
    for (const value of left) results[value] = await client.run({ ...call, ...request, args: [value] })
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return results
}

/** The works that are batches. */
const batches = () =>
  messages.map((message) => message.call.work).flatMap((work) => (work.kind === 'batch' ? [work] : []))

test('quick runs travel together when many are under way, each with a realm of its own', async () => {
  await startExecutor(0.1)
  expect(await runAll(await connect())).toEqual(values)
  expect(messages.length).toBeLessThan(300)
  expect(batches().every(({ realms, items }) => realms === 'own' && items.length <= 64)).toBe(true)
})

test('the more are under way, the more travel together, and as few jobs as that are on the queue', async () => {
  await startExecutor(0.1)
  const client = await connect()
  const many = Array.from({ length: 3_000 }, (_, value) => value)
  await runAll(client)
  messages.length = 0
  await Promise.all(many.map(async (value) => client.run({ ...call, args: [value] })))
  const sizes = batches().map(({ items }) => items.length)
  expect(Math.max(...sizes)).toBe(64)
  expect(messages.length).toBeLessThan(many.length / 10)
})

test('runs that take a while travel alone', async () => {
  await startExecutor(5)
  expect(await runAll(await connect())).toEqual(values)
  expect(batches()).toEqual([])
})

test('few runs at a time travel alone', async () => {
  await startExecutor(0.1)
  const client = await connect()
  for (const value of values.slice(0, 50)) expect(await client.run({ ...call, args: [value] })).toBe(value)
  expect(batches()).toEqual([])
})

test('few runs at a time travel together where they wait long for an executor', async () => {
  await startExecutor(0.1, 20)
  expect(await runAll(await connect(), {}, 4)).toEqual(values)
  expect(messages.length).toBeLessThan(250)
  expect(batches().every(({ items }) => items.length <= 4)).toBe(true)
})

test('one run at a time waits for no others, however busy executors are', async () => {
  await startExecutor(0.1, 20)
  const client = await connect()
  for (const value of values.slice(0, 50)) expect(await client.run({ ...call, args: [value] })).toBe(value)
  expect(batches()).toEqual([])
})

test('runs with large arguments travel together, in jobs that are not too large', async () => {
  await startExecutor(0.1)
  const client = await connect()
  const texts = values.map((value) => String(value).padEnd(20_000, '.'))
  const results = await Promise.all(texts.map((text) => client.run({ ...call, args: [text] })))
  expect(results).toEqual(texts)
  await Promise.all(texts.map((text) => client.run({ ...call, args: [text] })))
  expect(messages.length).toBeLessThan(700)
  expect(batches().every(({ items }) => items.join('').length <= 192 * 1024)).toBe(true)
})

test.for<Partial<RunRequest>>([{ delayMs: 1 }, { retries: { attempts: 2 } }, { keepOutcomeMs: 60_000 }])(
  'runs with %j travel alone',
  async (request) => {
    await startExecutor(0.1)
    expect(await runAll(await connect(), request)).toEqual(values)
    expect(batches()).toEqual([])
  },
)

test('no runs travel together where that is not wanted', async () => {
  await startExecutor(0.1)
  expect(await runAll(await connect({ batching: false }))).toEqual(values)
  expect(batches()).toEqual([])
})

test('close() rejects those that wait for others to travel with', async () => {
  await startExecutor(0.1)
  const client = await connect()
  await runAll(client)
  const runs = Array.from({ length: 40 }, (_, value) => client.run({ ...call, args: [value] }))
  const ends = Promise.allSettled(runs)
  await client.close()
  const codes = (await ends).map((end) => (end.status === 'rejected' ? end.reason.code : 'settled'))
  expect(codes.filter((code) => code !== 'CLOSED' && code !== 'settled')).toEqual([])
})
