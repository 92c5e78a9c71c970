import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { usageSchema, type EncodedOutcome } from '@isolated-runtime/protocol'
import { RedisBundleStore, RedisConnection, RunTaker } from '@isolated-runtime/queue'
import { guestFolder, useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Client } from './client.ts'

const redis = useRedis()
const call = { file: 'a.js', funcName: 'a' }
const DAY_MS = 24 * 60 * 60_000
let stack: AsyncDisposableStack
let keyPrefix: string
let connection: RedisConnection
let client: Client

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  keyPrefix = redis.uniquePrefix()
  connection = stack.use(await RedisConnection.open({ redis: redis.url }))
  client = await connect()
})

afterEach(() => stack.disposeAsync())

async function connect(): Promise<Client> {
  return stack.use(await Client.connect({ redis: redis.url, keyPrefix, tenant: 'acme' }))
}

async function folderOf(code: string): Promise<string> {
  return stack.use(await guestFolder({ 'a.js': code })).path
}

test('check() tells what is wrong with a folder, and stores nothing', async () => {
  const folder = stack.use(
    await guestFolder({ 'a.ts': 'export const a = (n: number): number => n', 'b.js': 'let let' }),
  ).path
  expect(await client.check(folder)).toMatchObject({
    problems: [{ code: 'BUNDLE_SYNTAX_ERROR', file: '/b.js', line: 1 }],
    exports: { 'a.ts': ['a'] },
    signatures: { 'a.ts': { a: '(n: number) => number' } },
  })
  const { id, problems } = await client.check(folder, { packing: { exclude: ['b.js'] } })
  expect(problems).toEqual([])
  const store = new RedisBundleStore(connection, { keyPrefix })
  expect(await store.has(id ?? '')).toBe(false)
})

/** An executor without a sandbox that gives the code it was asked to run. */
async function startExecutor(): Promise<void> {
  const store = new RedisBundleStore(connection, { keyPrefix })
  const taker = RunTaker.start(connection, {
    executor: 'e',
    slots: 8,
    keyPrefix,
    handle: async ({ bundle, call: { file } }): Promise<EncodedOutcome> => {
      const code = (await store.get(bundle))?.files[file]?.code
      return {
        status: 'succeeded',
        valueJson: JSON.stringify(code ?? 'missing'),
        logs: [],
        logsDropped: 0,
        usage: usageSchema.parse({}),
      }
    },
  })
  stack.defer(() => taker.close({ graceMs: 0 }))
  await taker.ready()
}

test('deploy() tells what was deployed, and stores it once', async () => {
  const folder = stack.use(
    await guestFolder({ 'rules/vat.ts': 'export const vat = (n: number) => n', 'data.json': '{"a":1}' }),
  )
  const deployment = await client.deploy(folder.path)
  expect(deployment).toEqual({
    id: expect.stringMatching(/^sha256-[0-9a-f]{64}$/),
    files: 2,
    bytes: expect.any(Number),
    exports: { 'rules/vat.ts': ['vat'] },
  })
  expect(await client.deploy(folder.path)).toEqual(deployment)
  expect(await (await connect()).deploy(folder.path)).toEqual(deployment)
  expect(await connection.redis.keys(`${keyPrefix}:bundle:*`)).toEqual([
    `${keyPrefix}:bundle:${deployment.id}`,
  ])
})

test('deploy() packs a folder as it is told to', async () => {
  const folder = await folderOf('exports.a = 1')
  await expect(client.deploy(folder, { packing: { maxBytes: 1 } })).rejects.toMatchObject({
    code: 'BUNDLE_TOO_LARGE',
  })
  const { id } = await client.deploy(folder)
  expect(await client.deploy(folder, { packing: { maxFiles: 1 } })).toMatchObject({ id })
})

test('deploy() lists every problem of its options', async () => {
  await expect(client.deploy('.', { alias: 'a@b@c', tenant: '', by: '' })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringMatching(/^Invalid deploy options: "tenant".*"alias".*"by"/),
  })
})

test('a run by source runs that text, and one by the same text has the same bundle', async () => {
  await startExecutor()
  expect(await client.run({ source: 'exports.a = 1', funcName: 'a' })).toBe('exports.a = 1')
  expect(await client.run({ source: 'exports.a = 1', funcName: 'a' })).toBe('exports.a = 1')
  expect(await connection.redis.keys(`${keyPrefix}:bundle:*`)).toHaveLength(1)
  const typescript = { source: 'export const a = (n: number) => n', file: 'rule.ts', funcName: 'a' }
  expect(await client.run(typescript)).toContain('const a = (n) => n')
  await expect(client.run({ source: 'exports.a =', funcName: 'a' })).rejects.toMatchObject({
    code: 'BUNDLE_SYNTAX_ERROR',
  })
})

test('an alias that was moved is used by the next run here, and soon by those of others', async () => {
  await startExecutor()
  const other = await connect()
  const run = { ...call, bundle: 'pricing@live' }
  const folder = await folderOf('exports.a = 1')
  await client.deploy(folder, { alias: 'pricing', by: 'ann' })
  expect(await client.run(run)).toBe('exports.a = 1')
  expect(await other.run(run)).toBe('exports.a = 1')
  await writeFile(join(folder, 'a.js'), 'exports.a = 2 // more')
  const { alias } = await client.deploy(folder, { alias: 'pricing', by: 'bob' })
  expect(alias).toMatchObject({ alias: 'pricing@live', by: 'bob' })
  expect(await client.run(run)).toBe('exports.a = 2 // more')
  await vi.waitFor(async () => expect(await other.run(run)).toBe('exports.a = 2 // more'), { timeout: 5_000 })
  await client.aliases.rollback('pricing', { by: 'cho' })
  expect(await client.run({ ...call, bundle: 'pricing' })).toBe('exports.a = 1')
  expect((await client.aliases.history('pricing')).map(({ by }) => by)).toEqual(['cho', 'bob', 'ann'])
  expect(await client.aliases.list()).toMatchObject([{ alias: 'pricing@live', by: 'cho' }])
})

test('an alias is moved to where another one is', async () => {
  const { id } = await client.deploy(await folderOf('exports.a = 1'), { alias: 'pricing@next' })
  expect(await client.aliases.move('pricing', 'pricing@next')).toMatchObject({
    alias: 'pricing@live',
    bundle: id,
  })
})

test('a run that was queued before an alias moved keeps its bundle', async () => {
  await client.deploy(await folderOf('exports.a = 1'), { alias: 'pricing' })
  const queued = await client.submit({ ...call, bundle: 'pricing' })
  await client.deploy(await folderOf('exports.a = 2'), { alias: 'pricing' })
  await startExecutor()
  expect(await queued.outcome()).toMatchObject({ value: 'exports.a = 1' })
})

test('a request by an alias joins the run of its id, also after the alias has moved', async () => {
  await client.deploy(await folderOf('exports.a = 1'), { alias: 'pricing' })
  const request = { ...call, bundle: 'pricing', id: 'order-1' }
  await client.submit(request)
  await client.deploy(await folderOf('exports.a = 2'), { alias: 'pricing' })
  await startExecutor()
  expect(await client.run(request)).toBe('exports.a = 1')
  expect(await client.run({ ...request, bundle: 'pricing@live' })).toBe('exports.a = 1')
  await expect(client.run({ ...request, bundle: 'pricing@next' })).rejects.toMatchObject({
    code: 'ALIAS_NOT_FOUND',
  })
})

test('an alias of another tenant is not to be had', async () => {
  await client.deploy(await folderOf('exports.a = 1'), { alias: 'pricing' })
  await client.deploy(await folderOf('exports.a = 2'), { alias: 'billing@next', tenant: 'other' })
  await expect(client.run({ ...call, bundle: 'pricing', tenant: 'other' })).rejects.toMatchObject({
    code: 'ALIAS_NOT_FOUND',
    message: 'Tenant "other" has no alias "pricing@live"; it has "billing@next"',
  })
  expect(await client.aliases.list({ tenant: 'other' })).toHaveLength(1)
})

test('an alias that is malformed, or would hide a bundle, is refused', async () => {
  const id = `sha256-${'0'.repeat(64)}`
  for (const name of ['', 'a b', 'a@b@c', '@live', 'a@', id, `${id}@live`, 'x'.repeat(65)]) {
    await expect(client.aliases.move(name, id)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    await expect(client.aliases.history(name)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  }
  await expect(client.aliases.move('a', 'b')).rejects.toMatchObject({ code: 'ALIAS_NOT_FOUND' })
  await expect(client.aliases.move('a', 'no name')).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  await expect(client.aliases.move('a', id)).rejects.toMatchObject({ code: 'BUNDLE_NOT_FOUND' })
  await expect(client.aliases.remove('a')).resolves.toBe(false)
})

test('a run by a bundle keeps it for as long as the run may wait', async () => {
  const { id } = await client.deploy(await folderOf('exports.a = 1'))
  const ttl = (): Promise<number> => connection.redis.pttl(`${keyPrefix}:bundle:${id}`)
  const [expiresInMs, delayMs] = [20 * DAY_MS, 10 * DAY_MS]
  await client.submit({ ...call, bundle: id, expiresInMs })
  expect(await ttl()).toBeGreaterThan(expiresInMs)
  await client.submit({ ...call, bundle: id, expiresInMs, delayMs })
  expect(await ttl()).toBeGreaterThan(expiresInMs + delayMs)
  // Nine pauses, each twice as long as the one before.
  const retries = { attempts: 10, backoffMs: 60 * 60_000 }
  await client.submit({ ...call, bundle: id, expiresInMs, delayMs, retries })
  expect(await ttl()).toBeGreaterThan(expiresInMs + delayMs + 511 * 60 * 60_000)
})
