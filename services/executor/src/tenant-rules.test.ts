import { Client } from '@isolated-runtime/client'
import { guestFolder, useRedis } from '@isolated-runtime/testing'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readConfig } from './config.ts'
import { Executor } from './executor.ts'

const redis = useRedis()
let stack: AsyncDisposableStack
let client: Client
let folder: string

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  const keyPrefix = redis.uniquePrefix()
  const env = { REDIS_URL: redis.url, KEY_PREFIX: keyPrefix, HOST: '127.0.0.1', PORT: '0', CELLS: '2' }
  client = stack.use(await Client.connect({ redis: redis.url, keyPrefix }))
  folder = stack.use(
    await guestFolder({
      'a.js':
        'exports.spin = () => { for (;;); }; exports.wait = () => new Promise(() => {}); exports.echo = (x) => x',
    }),
  ).path
  stack.use(await Executor.start(readConfig(env), pino({ level: 'silent' })))
})

afterEach(() => stack.disposeAsync())

test('the limits of a policy hold for runs that ask for more, within a second, and only for its tenant', async () => {
  const request = { folder, file: 'a.js', funcName: 'spin', limits: { timeoutMs: 400 } }
  await client.admin.tenants.set('acme', { limits: { timeoutMs: 50 } })
  await vi.waitFor(
    async () =>
      expect(await client.outcome({ ...request, tenant: 'acme' })).toMatchObject({
        status: 'timed-out',
        error: { message: expect.stringContaining('"timeoutMs" is 50') },
      }),
    5_000,
  )
  expect(await client.outcome({ ...request, tenant: 'other' })).toMatchObject({
    status: 'timed-out',
    error: { message: expect.stringContaining('"timeoutMs" is 400') },
  })
})

test('an item that is larger than the policy of its tenant allows is refused alone', async () => {
  await client.admin.tenants.set('acme', { limits: { maxArgsBytes: 100 } })
  const request = { folder, file: 'a.js', funcName: 'echo', tenant: 'acme' }
  const large = 'x'.repeat(200)
  await vi.waitFor(
    async () =>
      expect(await client.outcome({ ...request, args: [large] })).toMatchObject({ status: 'refused' }),
    5_000,
  )
  expect(await client.map({ ...request, items: [[1], [large], [3]] })).toMatchObject([
    { status: 'succeeded', value: 1 },
    { status: 'refused', error: { code: 'ARGUMENTS_TOO_LARGE' } },
    { status: 'succeeded', value: 3 },
  ])
})

test('what the default policy says holds where that of the tenant says nothing', async () => {
  await client.admin.tenants.setDefault({ limits: { timeoutMs: 60, maxResultBytes: 100 } })
  await client.admin.tenants.set('acme', { limits: { timeoutMs: 80 } })
  expect(await client.admin.tenants.effective('acme')).toMatchObject({
    limits: { timeoutMs: 80, maxResultBytes: 100 },
  })
})

test('bundles over the cap of their tenant are refused, nothing of them is stored', async () => {
  await client.admin.tenants.set('small', { maxBundleBytes: 100 })
  await expect(client.deploy(folder, { tenant: 'small' })).rejects.toMatchObject({
    code: 'TENANT_STORAGE_FULL',
  })
  await expect(client.run({ folder, file: 'a.js', funcName: 'spin', tenant: 'small' })).rejects.toMatchObject(
    {
      code: 'TENANT_STORAGE_FULL',
      message: expect.stringContaining('its cap "maxBundleBytes" is 100'),
    },
  )
})

test(
  'runs that are stopped are paid for: a tenant that spins is held back by its budget of CPU time',
  { timeout: 90_000 },
  async () => {
    await client.admin.tenants.set('acme', { cpuMsPerMinute: 300, maxConcurrent: 1 })
    const request = {
      folder,
      file: 'a.js',
      funcName: 'spin',
      tenant: 'acme',
      limits: { cpuMs: 100, timeoutMs: 60_000 },
    }
    const runs = await Promise.all(Array.from({ length: 12 }, () => client.submit(request)))
    const why = expect.stringMatching(/^tenant over its CPU budget of 300 ms a minute until /) as string
    await vi.waitFor(async () => {
      const statuses = await Promise.all(runs.map(({ id }) => client.status(id, { tenant: 'acme' })))
      expect(statuses).toContainEqual(expect.objectContaining({ cap: 'cpuMsPerMinute', why }))
    }, 60_000)
    const cancelled = await Promise.all(runs.map((run) => run.cancel()))
    expect(cancelled).toContain(true)
    const outcomes = await Promise.all(runs.map((run) => run.outcome()))
    const spent = outcomes.reduce((total, { usage }) => total + usage.cpuMs, 0)
    // The rest of the budget went for the threads that they ruined.
    expect(spent).toBeGreaterThan(100)
    await vi.waitFor(async () => {
      const usage = await client.admin.tenants.usage('acme')
      const billed = usage.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0)
      expect(billed).toBeCloseTo(spent / 1_000, 3)
    }, 5_000)
  },
)
