import { latch, useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { argsJsonOf, succeeded } from '../fixtures/runs.ts'
import { newSchedule } from '../fixtures/schedules.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
const KEY = { tenant: 'acme', id: 'tidy' }
const EVERY_MS = 200
const fast = { kind: 'every', everyMs: EVERY_MS } as const
let queue: TestQueue
let ran: string[]

beforeEach(async () => {
  queue = await TestQueue.open(redis)
  ran = []
})

afterEach(() => queue[Symbol.asyncDispose]())

/** Takes runs, and remembers whose they were and which. */
async function takeRuns(): Promise<void> {
  await queue.taker({
    handle: async ({ tenant, id, call }) => {
      ran.push(`${tenant}/${id}`)
      return succeeded(JSON.parse(argsJsonOf(call)))
    },
  })
}

const timesOf = (ids: readonly string[]): number[] => ids.map((id) => Number(id.split('@').at(-1)))

const runsOf = (schedule: string): string[] => ran.filter((id) => id.startsWith(`acme/schedule:${schedule}@`))

const waitForRuns = async (count: number): Promise<void> =>
  vi.waitFor(() => expect(ran.length).toBeGreaterThanOrEqual(count), 20_000)

test('a schedule runs once at each of its times, with two executors and two clients that made it', async () => {
  await takeRuns()
  await Promise.all([queue.scheduleTaker(), queue.scheduleTaker()])
  const clients = await Promise.all([queue.schedules(), queue.schedules()])
  const made = await Promise.all(
    clients.map((each) => each.create(KEY, newSchedule(fast, { argsJson: '[7]' }))),
  )
  expect(made[0]?.nextAt).toEqual(made[1]?.nextAt)
  await waitForRuns(6)
  const times = timesOf(ran)
  expect(new Set(times).size).toBe(times.length)
  const first = Number(made[0]?.nextAt)
  expect(times.every((time) => (time - first) % EVERY_MS === 0)).toBe(true)
  await vi.waitFor(async () =>
    expect(await clients[0]?.get(KEY)).toMatchObject({
      ...KEY,
      everyMs: EVERY_MS,
      paused: false,
      nextAt: expect.any(Date),
      lastRun: { id: expect.stringMatching(/^schedule:tidy@\d+$/), status: 'succeeded', error: undefined },
    }),
  )
})

test('the same schedule made again changes nothing, another one takes its place', async () => {
  const schedules = await queue.schedules()
  const hourly = { kind: 'every', everyMs: 3_600_000 } as const
  const made = await schedules.create(KEY, newSchedule(hourly))
  expect((await schedules.create(KEY, newSchedule(hourly, { argsJson: '[2]' }))).nextAt).toEqual(made.nextAt)
  const nightly = { kind: 'cron', cron: '0 3 * * *', timeZone: 'Europe/Berlin' } as const
  expect(await schedules.create(KEY, newSchedule(nightly))).toMatchObject({
    everyMs: undefined,
    cron: '0 3 * * *',
    timeZone: 'Europe/Berlin',
    nextAt: new Date((await schedules.next(KEY, 1))[0] ?? 0),
  })
  expect(await schedules.list('acme')).toHaveLength(1)
})

test('clients that make different schedules of one name at once leave one of them, and it ticks', async () => {
  await takeRuns()
  await queue.scheduleTaker()
  const clients = await Promise.all(Array.from({ length: 5 }, () => queue.schedules()))
  const made = clients.map((each, at) => each.create(KEY, newSchedule({ ...fast, everyMs: EVERY_MS + at })))
  await Promise.all(made)
  await waitForRuns(3)
  const [schedule] = (await clients[0]?.list('acme')) ?? []
  const times = timesOf(ran)
  const everyMs = schedule?.everyMs ?? 0
  expect(times.every((time) => (time - Number(schedule?.nextAt)) % everyMs === 0)).toBe(true)
})

test('schedules of one name in two tenants are two', async () => {
  await takeRuns()
  await queue.scheduleTaker()
  const schedules = await queue.schedules()
  const startAt = Date.now() + 300
  for (const tenant of ['a', 'a/b', 'b']) {
    await schedules.create({ tenant, id: 'tidy' }, newSchedule({ ...fast, startAt, limit: 1 }))
  }
  await waitForRuns(3)
  expect(ran.toSorted()).toEqual([
    `a/b/schedule:tidy@${startAt}`,
    `a/schedule:tidy@${startAt}`,
    `b/schedule:tidy@${startAt}`,
  ])
  expect(await schedules.list('a')).toMatchObject([{ tenant: 'a', id: 'tidy' }])
  expect(await schedules.list('nobody')).toEqual([])
})

test('a paused schedule does not run until it is resumed, and then in its old step', async () => {
  await takeRuns()
  await queue.scheduleTaker()
  const schedules = await queue.schedules()
  const { nextAt } = await schedules.create(KEY, newSchedule(fast))
  await waitForRuns(1)
  await schedules.pause(KEY)
  const paused = await schedules.get(KEY)
  expect(paused).toMatchObject({ paused: true, nextAt: undefined })
  expect(await schedules.next(KEY, 3)).toEqual([])
  // What was due before is let through; what is due while it is paused is not.
  const pausedAt = Date.now()
  const witness = { tenant: 'acme', id: 'witness' }
  await schedules.create(witness, newSchedule({ ...fast, limit: 3 }))
  await vi.waitFor(() => expect(runsOf('witness')).toHaveLength(3), 20_000)
  expect(timesOf(runsOf('tidy')).filter((time) => time > pausedAt)).toEqual([])
  await schedules.resume(KEY)
  const before = timesOf(runsOf('tidy')).length
  await vi.waitFor(() => expect(timesOf(runsOf('tidy')).length).toBeGreaterThan(before), 20_000)
  expect(timesOf(runsOf('tidy')).every((time) => (time - Number(nextAt)) % EVERY_MS === 0)).toBe(true)
})

test('a removed schedule runs no more, and leaves nothing behind', async () => {
  await takeRuns()
  const taker = await queue.scheduleTaker()
  const schedules = await queue.schedules()
  await schedules.create(KEY, newSchedule(fast))
  await waitForRuns(2)
  expect(await schedules.remove(KEY)).toBe(true)
  expect(await schedules.remove(KEY)).toBe(false)
  await expect(schedules.get(KEY)).rejects.toMatchObject({ code: 'SCHEDULE_NOT_FOUND' })
  await taker.close()
  expect(await queue.keys('runs-schedules:*tidy*')).toEqual([])
  expect(await queue.keys('runs-schedules:all')).toEqual([])
})

test('pausing, resuming, removing and making at once end in what was said last', async () => {
  await takeRuns()
  await queue.scheduleTaker()
  const [one, two] = [await queue.schedules(), await queue.schedules()]
  for (let round = 0; round < 5; round++) {
    await Promise.allSettled([
      one.create(KEY, newSchedule(fast)),
      two.pause(KEY),
      one.resume(KEY),
      two.remove(KEY),
      one.create(KEY, newSchedule({ ...fast, everyMs: 300 })),
    ])
  }
  await one.create(KEY, newSchedule(fast))
  await two.resume(KEY)
  const seen = ran.length
  await waitForRuns(seen + 3)
  await one.remove(KEY)
  expect(await queue.keys('runs-schedules:record:*')).toEqual([])
  // A tick may be under way.
  const left = (): Promise<string[]> =>
    queue.connection.redis.zrange(`${queue.keyPrefix}:runs-schedules:held`, '0', '-1')
  await expect.poll(left, { timeout: 5_000 }).toEqual([])
})

test('a limit counts on over a pause', async () => {
  await takeRuns()
  await queue.scheduleTaker()
  const schedules = await queue.schedules()
  await schedules.create(KEY, newSchedule({ ...fast, limit: 4 }))
  await waitForRuns(1)
  await schedules.pause(KEY)
  await schedules.resume(KEY)
  await waitForRuns(4)
  await vi.waitFor(async () =>
    expect(await schedules.get(KEY)).toMatchObject({ nextAt: undefined, lastRun: { status: 'succeeded' } }),
  )
  expect(await schedules.next(KEY, 5)).toEqual([])
  expect(ran).toHaveLength(4)
})

test('nothing runs after endAt', async () => {
  await takeRuns()
  await queue.scheduleTaker()
  const schedules = await queue.schedules()
  const startAt = Date.now() + 300
  await schedules.create(KEY, newSchedule({ ...fast, startAt, endAt: startAt + 2.5 * EVERY_MS }))
  await vi.waitFor(async () => expect((await schedules.get(KEY)).nextAt).toBeUndefined(), 20_000)
  await schedules.create({ ...KEY, id: 'witness' }, newSchedule({ ...fast, limit: 2 }))
  await vi.waitFor(() => expect(runsOf('witness')).toHaveLength(2), 20_000)
  const times = timesOf(runsOf('tidy'))
  expect(times[0]).toBe(startAt)
  // An executor that is late leaves out what it missed.
  expect([0, 1, 2].map((n) => startAt + n * EVERY_MS)).toEqual(expect.arrayContaining(times))
})

test('with overlap "skip" no run starts while the last one goes on', async () => {
  const end = latch()
  await queue.taker({
    handle: async ({ tenant, id }) => {
      ran.push(`${tenant}/${id}`)
      if (ran.length === 1) await end.wait(20_000)
      return succeeded(null)
    },
  })
  await queue.scheduleTaker()
  const schedules = await queue.schedules()
  await schedules.create(KEY, newSchedule(fast, { overlap: 'skip' }))
  await schedules.create(
    { ...KEY, id: 'witness' },
    newSchedule({ ...fast, startAt: Date.now() + 1_000, limit: 3 }),
  )
  await waitForRuns(4)
  expect(runsOf('tidy')).toHaveLength(1)
  expect((await schedules.get(KEY)).lastRun).toMatchObject({ id: ran[0]?.split('/')[1], status: 'pending' })
  end.resolve()
  await waitForRuns(6)
})

test('times that passed without an executor are made up for by one run', async () => {
  const schedules = await queue.schedules()
  const startAt = Date.now() + 100
  await schedules.create(KEY, newSchedule({ ...fast, startAt }))
  const passed = startAt + 3 * EVERY_MS
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(passed), 5_000)
  expect((await schedules.get(KEY)).nextAt).toEqual(new Date(startAt))
  const before = Date.now()
  await takeRuns()
  await queue.scheduleTaker()
  await waitForRuns(3)
  const times = timesOf(ran)
  expect(times[0]).toBe(startAt)
  expect(times[1]).toBeGreaterThan(before)
  expect(times.every((time) => (time - startAt) % EVERY_MS === 0)).toBe(true)
})

test('what is not there is told as such', async () => {
  const schedules = await queue.schedules()
  const unknown = { code: 'SCHEDULE_NOT_FOUND', message: 'Tenant "acme" has no schedule "tidy"' }
  await expect(schedules.get(KEY)).rejects.toMatchObject(unknown)
  await expect(schedules.next(KEY, 1)).rejects.toMatchObject(unknown)
  await expect(schedules.pause(KEY)).rejects.toMatchObject(unknown)
  await expect(schedules.resume(KEY)).rejects.toMatchObject(unknown)
})

test('a schedule that is never due is refused', async () => {
  const schedules = await queue.schedules()
  const nightly = { kind: 'cron', cron: '0 3 * * *', timeZone: 'UTC', endAt: Date.now() - 1 } as const
  await expect(schedules.create(KEY, newSchedule(nightly))).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining('never due'),
  })
})
