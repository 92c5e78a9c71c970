import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import type { HandleRun } from '@isolated-runtime/queue'
import { latch, useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Client } from './client.ts'
import { itemsOf, reported, startTaker } from './fixtures/start-taker.ts'

const redis = useRedis()
const call = { bundle: `sha256-${'0'.repeat(64)}`, file: 'a.js', funcName: 'a' }
const twice = { attempts: 2, backoffMs: 10, on: ['failed' as const] }
const failed = {
  status: 'failed',
  error: { code: 'GUEST_ERROR', name: 'Error', message: 'not yet' },
  wallMs: 1,
  cpuMs: 1,
}
const kept = { status: 'succeeded', value: 'kept', bytesOut: 1, wallMs: 1, cpuMs: 1 }
let stack: AsyncDisposableStack
let keyPrefix: string
let client: Client

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  keyPrefix = redis.uniquePrefix()
  client = stack.use(await Client.connect({ redis: redis.url, keyPrefix }))
})

afterEach(() => stack.disposeAsync())

async function startExecutor(handle: HandleRun): Promise<void> {
  stack.use(await startTaker({ url: redis.url, keyPrefix }, handle))
}

test('retries hold for each item of a map; trouble with a batch is tried again by the queue', async () => {
  const asked: unknown[] = []
  await startExecutor(async (message) => {
    const { retries } = message
    const items = itemsOf(message)
    asked.push({ retries, items })
    if (asked.length === 1) throw new IsolatedRuntimeError('SANDBOX_FAILED', 'No process')
    const first = asked.length === 2 ? failed : { ...kept, value: 'in the end' }
    return reported(items.map((_, item) => ({ ...(item === 0 ? first : kept), item })))
  })
  expect(await client.map({ ...call, items: [[0], [1]], retries: twice })).toMatchObject([
    { value: 'in the end', usage: { attempts: 3 } },
    { value: 'kept', usage: { attempts: 2 } },
  ])
  const retries = { ...twice, on: [] }
  expect(asked).toEqual([
    { retries, items: ['[0]', '[1]'] },
    { retries, items: ['[0]', '[1]'] },
    { retries, items: ['[0]'] },
  ])
})

test('close() ends a map whose items wait to be tried again', async () => {
  const begun = latch()
  await startExecutor(async (message) => {
    begun.resolve()
    return reported(itemsOf(message).map((_, item) => ({ ...failed, item })))
  })
  const doomed = await Client.connect({ redis: redis.url, keyPrefix })
  const retries = { ...twice, backoffMs: 3_600_000 }
  const end = doomed.map({ ...call, items: [[0]], retries }).catch((error: unknown) => error)
  await begun.wait()
  // Its batch was there before this one, and so is what became of it.
  await client.map({ ...call, items: [[0]] })
  await doomed.close()
  expect(await end).toMatchObject({ code: 'CLOSED' })
})
