import { usageSchema } from '@isolated-runtime/protocol'
import { RedisBundleStore, RedisConnection, RunTaker, ScheduleTaker } from '@isolated-runtime/queue'
import { guestFolder, useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Client } from './client.ts'
import type { ClientOptions } from './options.ts'
import type { ScheduleRequest } from './schedule-request.ts'

const redis = useRedis()
const run = { bundle: `sha256-${'0'.repeat(64)}`, file: 'a.js', funcName: 'a' }
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

/** An executor without a sandbox: it gives back what it was asked to run. */
async function startExecutor(): Promise<RedisConnection> {
  const connection = stack.use(await RedisConnection.open({ redis: redis.url }))
  const taker = RunTaker.start(connection, {
    executor: 'e',
    slots: 8,
    keyPrefix,
    handle: async (message) => ({
      status: 'succeeded',
      valueJson: JSON.stringify(message),
      logs: [],
      logsDropped: 0,
      usage: usageSchema.parse({}),
    }),
  })
  stack.defer(() => taker.close({ graceMs: 0 }))
  const schedules = stack.use(ScheduleTaker.start(connection, { keyPrefix, queueName: 'runs' }))
  await Promise.all([taker.ready(), schedules.ready()])
  return connection
}

test('a schedule carries its run to the executor, and lastRun.id is attached to like any other', async () => {
  const connection = await startExecutor()
  const folder = stack.use(await guestFolder({ 'a.js': 'exports.a = () => 1' }))
  const client = await connect({ tenant: 'acme' })
  const request: ScheduleRequest = {
    id: 'tidy',
    every: '200ms',
    limit: 1,
    run: {
      folder: folder.path,
      file: 'a.js',
      funcName: 'a',
      args: [1, 'ä'],
      context: { b: 2 },
      realm: 'warm',
      retries: { attempts: 2, on: ['crashed'] },
      keepOutcomeMs: 3_600_000,
      live: true,
    },
  }
  expect(await client.schedules.create(request)).toMatchObject({
    id: 'tidy',
    tenant: 'acme',
    everyMs: 200,
    cron: undefined,
    paused: false,
    nextAt: expect.any(Date),
    lastRun: undefined,
  })
  const { lastRun } = await vi.waitFor(async () => {
    const schedule = await client.schedules.get('tidy')
    expect(schedule.lastRun?.status).toBe('succeeded')
    return schedule
  }, 20_000)
  const outcome = await (await client.attach(lastRun?.id ?? '')).outcome()
  const { bundle } = (outcome.status === 'succeeded' ? outcome.value : {}) as { bundle: string }
  expect(outcome).toMatchObject({
    value: {
      tenant: 'acme',
      call: {
        file: '/a.js',
        work: { kind: 'call', argsJson: '[1,"ä"]' },
        contextJson: '{"b":2}',
        realm: 'warm',
      },
      retries: { attempts: 2, backoffMs: 1_000, on: ['crashed'] },
      keepOutcomeMs: 3_600_000,
      live: true,
    },
  })
  expect(await new RedisBundleStore(connection, { keyPrefix }).has(bundle)).toBe(true)
})

test('with an alias each run has the bundle that the alias has when it is due', async () => {
  await startExecutor()
  const [one, two] = await Promise.all(
    ['1', '2'].map(async (n) => stack.use(await guestFolder({ 'a.js': `exports.a = () => ${n}` }))),
  )
  const client = await connect()
  await client.deploy(one?.path ?? '', { alias: 'rules' })
  await client.schedules.create({ id: 'tidy', every: 200, run: { ...run, bundle: 'rules' } })
  const bundleOfLastRun = async (): Promise<string> => {
    const { lastRun } = await client.schedules.get('tidy')
    const outcome = await (await client.attach(lastRun?.id ?? 'none')).outcome()
    return outcome.status === 'succeeded' ? (outcome.value as { bundle: string }).bundle : outcome.error.code
  }
  await vi.waitFor(async () => expect(await bundleOfLastRun()).toMatch(/^sha256-/), 20_000)
  const { id } = await client.deploy(two?.path ?? '', { alias: 'rules' })
  await vi.waitFor(async () => expect(await bundleOfLastRun()).toBe(id), 20_000)
})

test('a bundle is kept for as long as it has a schedule', async () => {
  const folder = stack.use(await guestFolder({ 'a.js': 'exports.a = () => 1' }))
  const client = await connect()
  const { id } = await client.deploy(folder.path)
  const connection = await startExecutor()
  await connection.redis.pexpire(`${keyPrefix}:bundle:${id}`, 60_000)
  await client.schedules.create({
    id: 'yearly',
    cron: '@yearly',
    run: { bundle: id, file: 'a.js', funcName: 'a' },
  })
  await vi.waitFor(
    async () => expect(await connection.redis.pttl(`${keyPrefix}:bundle:${id}`)).toBeGreaterThan(86_400_000),
    20_000,
  )
})

test('next() tells when it will run, pause() that it does not', async () => {
  const client = await connect()
  const startAt = new Date(Date.now() + 60_000)
  await client.schedules.create({ id: 'tidy', every: '1h', startAt, limit: 3, run })
  const times = [0, 1, 2].map((n) => new Date(startAt.getTime() + n * 3_600_000))
  expect(await client.schedules.next('tidy', 10)).toEqual(times)
  expect((await client.schedules.get('tidy')).nextAt).toEqual(startAt)
  await client.schedules.pause('tidy')
  expect(await client.schedules.next('tidy', 10)).toEqual([])
  expect(await client.schedules.list()).toMatchObject([{ id: 'tidy', paused: true, nextAt: undefined }])
  await client.schedules.resume('tidy')
  expect(await client.schedules.next('tidy', 2)).toEqual(times.slice(0, 2))
  expect(await client.schedules.remove('tidy')).toBe(true)
  expect(await client.schedules.list()).toEqual([])
})

test('a schedule is of its tenant', async () => {
  const client = await connect({ tenant: 'acme' })
  await client.schedules.create({
    id: 'tidy',
    cron: '0 3 * * *',
    timeZone: 'Europe/Berlin',
    tenant: 'other',
    run,
  })
  expect(await client.schedules.get('tidy', { tenant: 'other' })).toMatchObject({
    tenant: 'other',
    cron: '0 3 * * *',
    timeZone: 'Europe/Berlin',
  })
  expect(await client.schedules.list()).toEqual([])
  expect(await client.schedules.remove('tidy')).toBe(false)
  await expect(client.schedules.get('tidy')).rejects.toMatchObject({ code: 'SCHEDULE_NOT_FOUND' })
})

test.for([
  [
    { id: 'no\nid', every: '5 parsecs', color: 'red' },
    /"id": expected.*"every": expected.*"5 parsecs".*"color"/s,
  ],
  [{ id: 'a'.repeat(129), every: 99 }, /"id": expected a schedule id.*"every"/s],
  [{ every: '1h', cron: '@daily' }, /expected one of "every" and "cron", found both/],
  [{}, /expected one of "every" and "cron", found none/],
  [{ every: '1h', timeZone: 'UTC' }, /"timeZone": expected none with "every"/],
  [{ cron: '0 3 * *' }, /"cron": expected a cron expression of 5 fields.*found 4/],
  [{ cron: '' }, /"cron": expected a cron expression/],
  [{ cron: '61 3 * * *' }, /"cron": expected a cron expression.*61/],
  [{ cron: '0 0 30 2 *' }, /"cron": expected a cron expression/],
  [{ cron: 'H 3 * * *' }, /"cron": expected a cron expression with fixed times/],
  [{ cron: '*/90 * * * *' }, /"cron": expected a step of 60 at most in the minute, found "\*\/90"/],
  [
    { cron: '0 0 L-3 * *' },
    /"cron": expected a day of the month of numbers.*or "L" for the last, found "L-3"/,
  ],
  [{ cron: '0 0 15W * *' }, /"cron": expected a day of the month of numbers.*found "15W"/],
  [{ cron: '0 0 * * 1#6' }, /"cron": expected a day of the week of numbers.*found "1#6"/],
  [{ cron: '@never' }, /"cron": expected a cron expression/],
  [{ cron: '@daily', timeZone: 'Mars/Phobos' }, /"timeZone": expected a time zone, such as/],
  [{ every: '1h', startAt: 'tomorrow' }, /"startAt": expected a Date/],
  [
    { every: '1h', startAt: new Date(2_000), endAt: new Date(1_000) },
    /"endAt": expected a time after "startAt"/,
  ],
  [{ every: '1h', endAt: new Date(1_000) }, /it is never due/],
  [{ every: '1h', limit: 0 }, /"limit"/],
  [{ every: '1h', overlap: 'queue' }, /"overlap"/],
  [{ every: '1h', run: { ...run, id: 'mine' } }, /unknown key "id"/],
  [{ every: '1h', run: { file: 'a.js', funcName: 'a' } }, /expected one of "folder", "bundle" and "source"/],
  [{ every: '1h', tenant: 't'.repeat(257) }, /"tenant": expected a tenant of 1 to 256 characters/],
] as const)('a malformed schedule is refused, and nothing is kept of it: %j', async ([fields, problem]) => {
  const client = await connect()
  // What callers without types might write.
  const request: object = { id: 'tidy', run, ...fields }
  await expect(client.schedules.create(request as ScheduleRequest)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringMatching(problem),
  })
  expect(await client.schedules.list()).toEqual([])
})

test('a client that is closed has no schedules', async () => {
  const client = await connect()
  await client.schedules.list()
  await client.close()
  expect(() => client.schedules).toThrow(expect.objectContaining({ code: 'CLOSED' }))
})
