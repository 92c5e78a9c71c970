import { fileURLToPath } from 'node:url'
import {
  IsolatedRuntimeError,
  unsuccessful,
  usageSchema,
  type EncodedOutcome,
} from '@isolated-runtime/protocol'
import { RedisBundleStore, RedisConnection, RunTaker, type HandleRun } from '@isolated-runtime/queue'
import { guestFolder, latch, startProcess, TcpProxy, useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Client } from './client.ts'
import type { ClientOptions } from './options.ts'

const redis = useRedis()
const BUNDLE = `sha256-${'0'.repeat(64)}`
const call = { bundle: BUNDLE, file: 'a.js', funcName: 'a' }
let stack: AsyncDisposableStack
let keyPrefix: string

beforeEach(() => {
  stack = new AsyncDisposableStack()
  keyPrefix = redis.uniquePrefix()
})

afterEach(() => stack.disposeAsync())

async function connect(options: Partial<ClientOptions> = {}): Promise<Client> {
  return stack.use(await Client.connect({ redis: redis.url, keyPrefix, ...options }))
}

function succeeded(value: unknown): EncodedOutcome {
  const usage = usageSchema.parse({})
  return { status: 'succeeded', valueJson: JSON.stringify(value), logs: [], logsDropped: 0, usage }
}

/** An executor without a sandbox: by default it gives back what it was asked to run. */
async function startExecutor(handle: HandleRun = async (message) => succeeded(message)): Promise<void> {
  const connection = stack.use(await RedisConnection.open({ redis: redis.url }))
  const taker = RunTaker.start(connection, { executor: 'e', slots: 8, keyPrefix, handle })
  stack.defer(() => taker.close({ graceMs: 0 }))
  await taker.ready()
}

test('run() gives the value, and carries the request to the executor', async () => {
  await startExecutor()
  const client = await connect({ tenant: 'acme', expiresInMs: 1_000 })
  const message = await client.run({
    ...call,
    id: 'r1',
    args: [1, 'ä'],
    context: { b: 2 },
    freezeContext: true,
    limits: { timeoutMs: 7 },
    realm: 'warm',
  })
  expect(message).toMatchObject({
    id: 'r1',
    tenant: 'acme',
    bundle: BUNDLE,
    call: {
      file: '/a.js',
      funcName: 'a',
      work: { kind: 'call', argsJson: '[1,"ä"]' },
      contextJson: '{"b":2}',
      freezeContext: true,
      limits: { timeoutMs: 7 },
      realm: 'warm',
    },
  })
  expect(await client.run({ ...call, tenant: 'other' })).toMatchObject({ tenant: 'other' })
})

test('run() rejects with what the guest threw, outcome() tells of it', async () => {
  await startExecutor(async () =>
    unsuccessful('failed', new IsolatedRuntimeError('GUEST_ERROR', 'no such order')),
  )
  const client = await connect()
  await expect(client.run(call)).rejects.toMatchObject({ code: 'GUEST_ERROR', message: 'no such order' })
  expect(await client.outcome(call)).toMatchObject({
    status: 'failed',
    usage: { executor: 'e', attempts: 1 },
  })
})

test('a folder is deployed once, and is in the store when the run is taken', async () => {
  const folder = stack.use(await guestFolder({ 'a.js': 'exports.a = () => 1' }))
  const connection = stack.use(await RedisConnection.open({ redis: redis.url }))
  const store = new RedisBundleStore(connection, { keyPrefix })
  await startExecutor(async ({ bundle }) => succeeded(await store.get(bundle)))
  const client = await connect()
  const request = { folder: folder.path, file: 'a.js', funcName: 'a' }
  expect(await client.run(request)).toMatchObject({ files: { '/a.js': { kind: 'commonjs' } } })
  const { id } = await client.deploy(folder.path)
  expect(await client.run({ ...call, bundle: id })).toMatchObject({ id })
})

test('a bundle that is gone from the store is stored again, and the run is run again', async () => {
  const folder = stack.use(await guestFolder({ 'a.js': 'exports.a = () => 1' }))
  const connection = stack.use(await RedisConnection.open({ redis: redis.url }))
  const store = new RedisBundleStore(connection, { keyPrefix })
  const refusal = new IsolatedRuntimeError('BUNDLE_NOT_FOUND', 'It is not there')
  await startExecutor(async ({ bundle }) =>
    (await store.get(bundle)) ? succeeded('found') : unsuccessful('refused', refusal),
  )
  const client = await connect()
  const { id: bundle } = await client.deploy(folder.path)
  await connection.redis.del(`${keyPrefix}:bundle:${bundle}`)
  expect(await client.run({ folder: folder.path, file: 'a.js', funcName: 'a' })).toBe('found')
  await expect(client.run(call)).rejects.toMatchObject({ code: 'BUNDLE_NOT_FOUND' })
})

test('submit() returns before the outcome, and attach() finds the run from another client', async () => {
  const [one, two] = [await connect(), await connect()]
  const submitted = await one.submit(call)
  const attached = await two.attach(submitted.id)
  await startExecutor(async () => succeeded('both'))
  expect(submitted.outcome()).toBe(submitted.outcome())
  expect(await submitted.outcome()).toMatchObject({ status: 'succeeded', value: 'both' })
  expect(await attached.outcome()).toMatchObject({ status: 'succeeded', value: 'both' })
})

test('attach() rejects for a run nobody knows, and for what is no id', async () => {
  const client = await connect()
  await expect(client.attach('unknown')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  await expect(client.attach('no\nid')).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
})

test.for([
  [{ ...call, color: 'red' }, 'unknown key "color"'],
  [{ file: 'a.js', funcName: 'a' }, 'expected one of "folder", "bundle" and "source", found none'],
  [{ ...call, folder: './modules', source: '' }, 'found "folder" and "bundle" and "source"'],
  [{ ...call, file: undefined }, '"file": expected the path of a file'],
  [{ ...call, bundle: 'sha256-0' }, '"bundle": expected "sha256-"'],
  [{ ...call, bundle: 'a@b@c' }, 'or the name of an alias, such as "pricing" or "pricing@live"'],
  [{ ...call, file: '../a.js' }, 'leaves the folder'],
  [{ ...call, limits: { timeoutMs: Number.NaN } }, '"limits.timeoutMs"'],
  [{ ...call, limits: { timeoutMs: 1e9 } }, 'the most allowed is 900000'],
  [{ ...call, expiresInMs: -1, id: 'no\nid' }, '"id": expected a run id of 1 to 256 characters'],
  [{ ...call, id: 'schedule:daily@0' }, '"id": expected a run id that does not start with "schedule:"'],
] as const)('a malformed request is refused before anything is queued: %j', async ([request, problem]) => {
  const client = await connect()
  await expect(client.run(request)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining(problem),
  })
})

test('arguments that JSON cannot carry are refused', async () => {
  const client = await connect()
  await expect(client.run({ ...call, args: [{ n: 1n }] })).rejects.toMatchObject({
    code: 'ARGUMENTS_NOT_JSON',
  })
  const large = 'x'.repeat(10_000_000)
  await expect(client.run({ ...call, args: [large] })).rejects.toMatchObject({ code: 'ARGUMENTS_TOO_LARGE' })
})

test('connect() lists every problem of its options', async () => {
  const options = { redis: 'localhost', tenant: '', graceMs: -1, retries: 3 }
  await expect(Client.connect(options)).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringMatching(/^Invalid client options: .*"redis".*"tenant".*"graceMs".*"retries"/),
  })
})

test('connect() says which Redis is not there', async () => {
  await expect(Client.connect({ redis: 'redis://:secret@127.0.0.1:1' })).rejects.toMatchObject({
    code: 'REDIS_UNREACHABLE',
    message: 'Redis at 127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1',
  })
})

test('connect() gives up after connectTimeoutMs when Redis says nothing', async () => {
  const proxy = stack.use(await TcpProxy.start({ port: redis.server.port }))
  proxy.blackhole()
  const options = { redis: `redis://127.0.0.1:${proxy.port}`, connectTimeoutMs: 100 }
  await expect(Client.connect(options)).rejects.toThrow(`127.0.0.1:${proxy.port} cannot be reached`)
})

test('close() rejects what waits, and the client takes nothing more', async () => {
  const client = await connect()
  const handle = await client.submit(call)
  expect(client.close()).toBe(client.close())
  await expect(handle.outcome()).rejects.toMatchObject({ code: 'CLOSED' })
  await client.close()
  await expect(client.run(call)).rejects.toMatchObject({ code: 'CLOSED' })
  await expect(client.attach(handle.id)).rejects.toMatchObject({ code: 'CLOSED' })
  await expect(client.deploy('.')).rejects.toMatchObject({ code: 'CLOSED' })
  expect(() => client.aliases).toThrow('The client is closed')
})

test('close() in the middle of submitting is told as closed, not as trouble with Redis', async () => {
  await using folder = await guestFolder({ 'a.js': 'exports.a = () => 1' })
  const client = await connect()
  const runs = Array.from({ length: 20 }, () =>
    client.run({ ...call, bundle: undefined, folder: folder.path }),
  )
  const settled = Promise.allSettled(runs)
  await client.close()
  expect(await settled).toMatchObject(runs.map(() => ({ reason: { code: 'CLOSED' } })))
})

test('a process ends by itself once its client is closed', async () => {
  const fixture = fileURLToPath(new URL('fixtures/connect-and-close.ts', import.meta.url))
  const args = [...process.execArgv, fixture, redis.url, keyPrefix]
  const producer = stack.use(await startProcess(process.execPath, args))
  expect(await producer.exit).toEqual({ code: 0, signal: null })
  expect(producer.lines).toEqual([expect.stringMatching(/^submitted /)])
})

test('a run is cancelled by its handle, by its id, and by a signal', async () => {
  const client = await connect()
  const handle = await client.submit(call)
  expect(await handle.cancel(new Error('changed my mind'))).toBe(true)
  expect(await handle.outcome()).toMatchObject({
    status: 'cancelled',
    error: { code: 'RUN_CANCELLED', message: 'The run was cancelled: changed my mind' },
  })
  expect(await handle.cancel()).toBe(false)
  const other = await client.submit(call)
  expect(await client.cancel(other.id, 'by id')).toBe(true)
  expect(await other.outcome()).toMatchObject({ error: { message: 'The run was cancelled: by id' } })
  const controller = new AbortController()
  const running = client.run({ ...call, id: 'r' }, { signal: controller.signal })
  await vi.waitFor(async () => expect((await client.attach('r')).id).toBe('r'))
  controller.abort('by signal')
  await expect(running).rejects.toMatchObject({
    code: 'RUN_CANCELLED',
    message: 'The run was cancelled: by signal',
  })
})

test('a run that goes on is cancelled by a signal, and the executor is told', async () => {
  const started = latch()
  const told = latch<unknown>()
  await startExecutor(async (_message, { signal }) => {
    started.resolve()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    told.resolve(signal.reason)
    signal.throwIfAborted()
    return succeeded(null)
  })
  const client = await connect()
  const controller = new AbortController()
  const outcome = client.outcome(call, { signal: controller.signal })
  await started.wait()
  controller.abort(new Error('enough'))
  expect(await told.wait()).toBe('enough')
  expect(await outcome).toMatchObject({ status: 'cancelled', usage: { attempts: 1, executor: 'e' } })
})

test('a signal that is aborted already lets nothing onto the queue', async () => {
  const client = await connect()
  const outcome = await client.outcome({ ...call, id: 'never' }, { signal: AbortSignal.abort('no') })
  expect(outcome).toMatchObject({ status: 'cancelled', usage: { attempts: 0 } })
  await expect(client.attach('never')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
})

test('cancel() rejects for a run nobody knows, for what is no id, and for a client that is closed', async () => {
  const client = await connect()
  await expect(client.cancel('nobody')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  await expect(client.cancel('not\nan id')).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  const handle = await client.submit(call)
  await client.close()
  await expect(handle.cancel()).rejects.toMatchObject({ code: 'CLOSED' })
  await expect(client.cancel('r')).rejects.toMatchObject({ code: 'CLOSED' })
})

test('retries and keepOutcomeMs go along with the run', async () => {
  const attempts: unknown[] = []
  await startExecutor(async ({ retries, keepOutcomeMs }) => {
    attempts.push({ retries, keepOutcomeMs })
    if (attempts.length < 2) throw new IsolatedRuntimeError('SANDBOX_FAILED', 'No process')
    return succeeded('second')
  })
  const client = await connect()
  const request = { ...call, retries: { attempts: 2, backoffMs: 1 }, keepOutcomeMs: 1_000 }
  expect(await client.run(request)).toBe('second')
  expect(attempts[0]).toEqual({ retries: { attempts: 2, backoffMs: 1, on: [] }, keepOutcomeMs: 1_000 })
  await expect(client.run({ ...call, retries: { attempts: 0 }, keepOutcomeMs: 1 })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringMatching(/"retries\.attempts".*"keepOutcomeMs"/),
  })
})
