import { Client } from '@isolated-runtime/client'
import { useRedis } from '@isolated-runtime/testing'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { Executor } from './executor.ts'

const redis = useRedis()
let stack: AsyncDisposableStack
let keyPrefix: string

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  keyPrefix = redis.uniquePrefix()
  const env = { REDIS_URL: redis.url, KEY_PREFIX: keyPrefix, HOST: '127.0.0.1', PORT: '0', CELLS: '1' }
  stack.use(await Executor.start(readConfig(env), pino({ level: 'silent' })))
})

afterEach(() => stack.disposeAsync())

async function connect(): Promise<Client> {
  return stack.use(await Client.connect({ redis: redis.url, keyPrefix }))
}

const TALK = `
exports.main = (ends) => {
  console.log('working on', ends)
  reportProgress({ done: 1 })
  reportProgress({ done: 2 })
  if (!ends) for (;;);
  console.warn('over')
  return 'value'
}`

test('logs() and progress() tell of a guest that never lets go, to its client and to another', async () => {
  const [client, other] = [await connect(), await connect()]
  const request = { source: TALK, funcName: 'main', args: [false], live: true, progress: true }
  const handle = await client.submit(request)
  const logs = handle.logs()
  expect((await logs.next()).value).toMatchObject({ level: 'info', text: 'working on false' })
  const attached = await other.attach(handle.id)
  expect((await attached.logs().next()).value).toMatchObject({ text: 'working on false' })
  const progress = attached.progress()
  expect((await progress.next()).value).toEqual({ done: 1 })
  expect(await attached.cancel('seen enough')).toBe(true)
  expect(await Array.fromAsync(progress)).toEqual([{ done: 2 }])
  expect(await logs.next()).toEqual({ done: true, value: undefined })
  expect(await handle.outcome()).toMatchObject({
    status: 'cancelled',
    logs: [{ text: expect.stringContaining('working on') }],
  })
})

test('logs() gives the lines of the outcome, whether they were asked for as they came or not', async () => {
  const client = await connect()
  for (const live of [true, false]) {
    const handle = await client.submit({ source: TALK, funcName: 'main', args: [true], live, progress: true })
    const { logs } = await handle.outcome()
    expect(logs).toHaveLength(2)
    expect(await Array.fromAsync(handle.logs())).toEqual(logs)
  }
  const silent = await client.submit({
    source: 'exports.main = () => typeof reportProgress',
    funcName: 'main',
  })
  expect(await Array.fromAsync(silent.progress())).toEqual([])
  expect(await silent.outcome()).toMatchObject({ value: 'undefined' })
})

test('a reader of a run that is over ends with CLOSED when its client is closed', async () => {
  const client = await connect()
  const source = 'exports.main = () => { for (let line = 0; line < 1_000; line++) console.log(line) }'
  const handle = await client.submit({ source, funcName: 'main', live: true })
  await handle.outcome()
  const logs = handle.logs()
  await logs.next()
  await client.close()
  await expect(Array.fromAsync(handle.progress())).resolves.toEqual([])
  await expect(Array.fromAsync(logs)).rejects.toMatchObject({ code: 'CLOSED' })
})

test('exposeRunId gives the guest the id of its run, also where the caller did not choose it', async () => {
  const client = await connect()
  const request = {
    source: 'exports.main = () => [runId, a]',
    funcName: 'main',
    context: { a: 1 },
    exposeRunId: true,
  }
  expect(await client.run({ ...request, id: 'order-7' })).toEqual(['order-7', 1])
  const handle = await client.submit(request)
  expect(await handle.outcome()).toMatchObject({ value: [handle.id, 1] })
  const both = client.run({ ...request, context: { runId: 'x' } })
  await expect(both).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining('rename it'),
  })
})
