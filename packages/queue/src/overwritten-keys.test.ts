import { latch, useRedis } from '@isolated-runtime/testing'
import { expect, test, vi } from 'vitest'
import { BusyQueue, VICTIM } from './fixtures/busy-queue.ts'
import { GateDrive } from './fixtures/gate-drive.ts'
import { newRun, succeeded } from './fixtures/runs.ts'
import { newSchedule } from './fixtures/schedules.ts'
import { Gate } from './gate/gate.ts'
import { setPolicy } from './policy/set-policy.ts'
import { TestQueue } from './fixtures/test-queue.ts'
import type { RedisClient } from './redis/redis-client.ts'

const redis = useRedis()

/** What somebody may put in the place of a key, or into it. */
const OVERWRITE: Readonly<Record<string, (commands: RedisClient, key: string) => Promise<unknown>>> = {
  'a string': (commands, key) => commands.set(key, '{"not": json'),
  'a list': (commands, key) => commands.multi().del(key).rpush(key, 'garbage').exec(),
  'a hash': (commands, key) => commands.multi().del(key).hset(key, 'garbage', 'garbage').exec(),
  'a sorted set': (commands, key) =>
    commands.multi().del(key).zadd(key, 1, 'garbage', '+inf', `${VICTIM}/${VICTIM}/none`).exec(),
  'a set': (commands, key) => commands.multi().del(key).sadd(key, 'garbage').exec(),
  'a stream': (commands, key) => commands.multi().del(key).xadd(key, '*', 'garbage', 'garbage').exec(),
  'garbage inside': spoil,
}

/** Leaves the type of a key as it is. */
async function spoil(commands: RedisClient, key: string): Promise<void> {
  switch (await commands.type(key)) {
    case 'string':
      await commands.set(key, 'garbage', 'KEEPTTL')
      return
    case 'hash':
      for (const field of await commands.hkeys(key)) await commands.hset(key, field, 'garbage')
      return
    case 'zset':
      for (const member of await commands.zrange(key, '0', '-1')) await commands.zadd(key, '+inf', member)
      await commands.zadd(key, '-inf', 'garbage', 5, 'gar/bage')
      return
    case 'list':
      for (let at = 0; at < (await commands.llen(key)); at++) await commands.lset(key, at, 'garbage')
      return
    case 'set':
      await commands.sadd(key, 'garbage')
  }
}

/** Names that are not in use when keys are listed. */
const OTHERS = [
  'runs:wait',
  'runs:paused',
  'runs:prioritized',
  'runs:failed',
  'runs:limiter',
  'runs:stalled',
  'runs:quarantine',
  'runs:gate:ready',
  'runs:gate:wake',
  'runs:gate:tags',
  'runs:gate:expired',
  'runs:gate:changed',
  'runs:gate:due',
]

/** A few of what has to be in use. */
const IN_USE = [
  'runs:gate',
  'runs:active',
  'runs:delayed',
  'runs:gate:flying',
  `runs:${VICTIM}/retried`,
  `runs:${VICTIM}/victim-0-*`,
  `runs:${VICTIM}/victim-0-*:lock`,
]

/** What a key is for: names of runs, hours and payloads left out. */
function kindOf(key: string): string {
  return key
    .replace(/[\da-f]{8}-[\da-f-]{27}/, '*')
    .replace(/(victim-\d|delayed)-\d+/, '$1-*')
    .replace(/(usage:[^:]+):\d+/, '$1:*')
    .replace(/(payload:[^:]+):.*/, '$1:*')
}

/** The keys of a queue, by kind. */
async function keysOf(queue: TestQueue): Promise<Map<string, string>> {
  const keys = [...(await queue.keys('*')), ...OTHERS]
  const isOther = /:quarantine:|\/\*/
  return new Map(keys.map((key) => [kindOf(key), key] as const).filter(([kind]) => !isOther.test(kind)))
}

const isInbox = (kind: string): boolean => kind.startsWith('inbox')

test.concurrent.for(Object.keys(OVERWRITE))(
  'whatever key is overwritten by %s, runs of others end, and so do the next of its tenant',
  { timeout: 600_000 },
  async (what) => {
    await using queue = await TestQueue.open(redis)
    const busy = await BusyQueue.open(queue)
    await busy.fill()
    // Replies are looked for from then on.
    const kinds = [...(await keysOf(queue)).keys()].toSorted(
      (a, b) => Number(isInbox(a)) - Number(isInbox(b)),
    )
    expect(kinds).toEqual(expect.arrayContaining(IN_USE))
    busy.letGo()
    const failures: string[] = []
    for (const kind of kinds) {
      await busy.fill()
      const key = (await keysOf(queue)).get(kind) ?? kind
      await OVERWRITE[what]?.(queue.connection.redis, `${queue.keyPrefix}:${key}`)
      busy.letGo()
      const ends = await busy.runAll()
      for (const end of ends) if (!end.endsWith(': succeeded')) failures.push(`${kind}: ${end}`)
    }
    expect(failures).toEqual([])
  },
)

test('what was set aside is told by its executor, and kept for a day', async () => {
  await using queue = await TestQueue.open(redis)
  const busy = await BusyQueue.open(queue)
  await busy.fill()
  const { redis: commands } = queue.connection
  const key = `${queue.keyPrefix}:runs:gate:line:${VICTIM}`
  await commands.set(key, 'something else')
  busy.letGo()
  await busy.runAll()
  const told = { event: 'job.quarantined', key, why: expect.stringMatching(/^holds a value of another type/) }
  await vi.waitFor(() => expect(busy.told).toContainEqual(expect.objectContaining(told)), 10_000)
  expect(busy.taker.quarantined).toContainEqual({ key, why: told.why, at: expect.any(Number) })
  expect(busy.taker.problems).toEqual([])
  const aside = `${queue.keyPrefix}:runs:quarantine:gate:line:${VICTIM}`
  expect(await commands.get(aside)).toBe('something else')
  expect(await commands.pttl(aside)).toBeGreaterThan(0)
})

test('a job whose message cannot be parsed ends as trouble, and does not hold the place of its tenant', async () => {
  await using queue = await TestQueue.open(redis)
  const busy = await BusyQueue.open(queue)
  const submitter = await queue.submitter()
  const broken = newRun({ tenant: 'capped', id: 'broken' })
  const { outcome } = await submitter.submit({ ...broken, delayMs: 500 })
  for (const field of ['data', 'opts', 'ats', 'progress'])
    await queue.connection.redis.hset(`${queue.keyPrefix}:runs:capped/broken`, field, '{"not": json')
  await expect(outcome).rejects.toMatchObject({ code: 'INVALID_MESSAGE' })
  expect((await busy.runAll()).filter((end) => !end.endsWith(': succeeded'))).toEqual([])
  await vi.waitFor(
    () =>
      expect(busy.told).toContainEqual(
        expect.objectContaining({ event: 'job.quarantined', key: `${queue.keyPrefix}:runs:capped/broken` }),
      ),
    10_000,
  )
})

test('a run that is removed from the active list by hand ends as ever; one that no executor has starts again', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.policy('a', { maxConcurrent: 1 })
  const [first, second] = [await drive.enqueue('a'), await drive.enqueue('a')]
  await drive.take()
  await queue.connection.redis.del(`${drive.key}:active`)
  drive.now += 11_000
  await drive.executors(4)
  const again = await drive.take()
  expect(again?.runId).toBe(first)
  if (again) await drive.finish(again)
  expect(await drive.take()).toMatchObject({ runId: second })

  const go = latch()
  await using other = await TestQueue.open(redis)
  await other.taker({
    handle: async () => {
      await go.promise
      return succeeded(1)
    },
  })
  const { outcome } = await (await other.submitter()).submit(newRun())
  const active = `${other.keyPrefix}:runs:active`
  await vi.waitFor(async () => expect(await other.connection.redis.del(active)).toBe(1))
  go.resolve()
  expect(await outcome).toMatchObject({ status: 'succeeded', usage: { attempts: 1 } })
})

test('schedules go on whatever is put in the place of what they are due by, or of one of them', async () => {
  await using queue = await TestQueue.open(redis)
  let runs = 0
  await queue.taker({ handle: async () => succeeded(++runs) })
  await queue.scheduleTaker()
  const schedules = await queue.schedules()
  const every = { kind: 'every', everyMs: 100 } as const
  await schedules.create({ tenant: VICTIM, id: 'broken' }, newSchedule(every))
  await schedules.create({ tenant: 'plain', id: 'tidy' }, newSchedule(every))
  await vi.waitFor(() => expect(runs).toBeGreaterThan(2), 10_000)
  const { redis: commands } = queue.connection
  const keys = await queue.keys('runs-schedules:*')
  expect(keys).toEqual(
    expect.arrayContaining(['runs-schedules:due', `runs-schedules:record:${VICTIM}/broken`]),
  )
  for (const key of [...keys.filter((each) => !each.includes('plain')), 'runs-schedules:held']) {
    await commands.set(`${queue.keyPrefix}:${key}`, 'something else')
    const before = runs
    await vi.waitFor(
      () => expect(runs, `runs after ${key} was overwritten`).toBeGreaterThan(before + 2),
      10_000,
    )
  }
}, 60_000)

test('the rules and defaults of tenants hold on when the hash of the gate is overwritten', async () => {
  await using queue = await TestQueue.open(redis)
  const key = `${queue.keyPrefix}:runs`
  const { redis: commands } = queue.connection
  await setPolicy(commands, key, undefined, { maxQueued: 1 })
  await setPolicy(commands, key, 'a', { limits: { timeoutMs: 77 } })
  const limits: unknown[] = []
  await queue.taker({
    handle: async (_, { rules }) => {
      limits.push(rules.limits?.timeoutMs)
      return succeeded(1)
    },
  })
  const submitter = await queue.submitter()
  for (const value of ['', 'garbage', 'something else']) {
    await (value === '' ? commands.del(`${key}:gate`) : commands.set(`${key}:gate`, value))
    // After a tick as well as before it.
    for (const delayMs of [0, 1_500])
      await (
        await submitter.submit({ ...newRun({ tenant: 'a' }), delayMs })
      ).outcome
  }
  expect(new Set(limits)).toEqual(new Set([77]))
  await commands.set(`${key}:gate`, 'once more')
  const gate = new Gate(commands, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await gate.remove({ tenant: 'a', id: 'none' }, 'cancelled')
  expect(await commands.hget(`${key}:gate`, 'hasDefaults')).toBe('1')
}, 60_000)
