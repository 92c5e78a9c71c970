import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runStatus } from '../admin/run-status.ts'
import { counted, GateDrive } from '../fixtures/gate-drive.ts'
import { keyOf } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
const TENANTS = Array.from({ length: 300 }, (_, at) => `tenant-${at}`)

let queue: TestQueue
let drive: GateDrive

beforeEach(async () => {
  queue = await TestQueue.open(redis)
  drive = new GateDrive(queue)
})

afterEach(() => queue[Symbol.asyncDispose]())

/** Ids of the runs that were given to an executor and not taken. */
async function givenTo(executor: string): Promise<string[]> {
  const jobs = await queue.connection.redis.lrange(drive.givenKey(executor), 0, -1)
  return jobs.map((job) => job.slice(job.indexOf('/') + 1))
}

/** Which of the executors a run of each tenant is given to, one at a time. */
async function homesOf(
  tenants: readonly string[],
  executors: readonly string[],
): Promise<Map<string, string>> {
  const homes = new Map<string, string>()
  for (const tenant of tenants) {
    const id = await drive.enqueue(tenant)
    const lists = await Promise.all(executors.map(async (name) => [name, await givenTo(name)] as const))
    homes.set(tenant, lists.find(([, ids]) => ids.includes(id))?.[0] ?? 'nobody')
    await drive.gate.remove(keyOf(id, tenant), 'cancelled')
  }
  return homes
}

const waiting = () => queue.connection.redis.lrange(`${drive.key}:wait`, 0, -1)

it('each tenant is at home with one executor, and executors have tenants by their slots', async () => {
  await drive.home('one', 8)
  await drive.home('two', 8)
  await drive.home('large', 32)
  const homes = await homesOf(TENANTS, ['one', 'two', 'large'])
  expect(await homesOf(TENANTS, ['one', 'two', 'large'])).toEqual(homes)
  const { one = 0, two = 0, large = 0 } = counted([...homes.values()])
  expect(one + two + large).toBe(TENANTS.length)
  expect(large).toBeGreaterThan(1.2 * (one + two))
  expect(Math.min(one, two)).toBeGreaterThan(TENANTS.length / 15)
})

it('an executor that comes or goes moves its own tenants and no others', async () => {
  const three = ['one', 'two', 'three']
  for (const name of three) await drive.home(name, 8)
  const before = await homesOf(TENANTS, three)
  await drive.home('four', 8)
  const after = await homesOf(TENANTS, [...three, 'four'])
  const moved = TENANTS.filter((tenant) => before.get(tenant) !== after.get(tenant))
  expect(new Set(moved.map((tenant) => after.get(tenant)))).toEqual(new Set(['four']))
  expect(moved.length).toBeGreaterThan(TENANTS.length / 10)
  expect(moved.length).toBeLessThan(TENANTS.length / 2.5)
  await drive.home('four', 0)
  expect(await homesOf(TENANTS, [...three, 'four'])).toEqual(before)
})

it('where no slot is open at home, a run goes to another executor at once, to the same each time', async () => {
  const executors = ['one', 'two', 'three']
  for (const name of executors) await drive.home(name, 1)
  const places: string[] = []
  for (let round = 0; round < 2; round++) {
    await drive.enqueue('a')
    await drive.enqueue('a')
    for (const name of executors) if ((await givenTo(name)).length > 0) places.push(name)
    await drive.serve(2)
  }
  expect(places).toHaveLength(4)
  expect(places.slice(2)).toEqual(places.slice(0, 2))
})

it('with no slot open anywhere, runs wait in line and are given out when one is', async () => {
  await drive.home('one', 2)
  for (let run = 0; run < 5; run++) await drive.enqueue('a')
  expect(await givenTo('one')).toHaveLength(2)
  expect(await waiting()).toEqual([])
  expect(await drive.serve(9)).toHaveLength(5)
})

it('what an executor does not take goes to all, and it is given nothing until it says that it is there', async () => {
  await drive.home('dead', 4)
  const first = await drive.enqueue('a')
  await drive.home('other', 4)
  drive.now += 200
  await drive.home('other', 4)
  expect(await givenTo('dead')).toEqual([first])
  drive.now += 100
  await drive.home('other', 4)
  expect(await waiting()).toEqual([`a/${first}`])
  await drive.take()
  const ids = await Promise.all(TENANTS.slice(0, 3).map((tenant) => drive.enqueue(tenant)))
  expect((await givenTo('other')).toSorted()).toEqual(ids.toSorted())
  await drive.home('dead', 4)
  const homes = await homesOf(TENANTS.slice(3, 30), ['dead', 'other'])
  expect(new Set(homes.values())).toContain('dead')
})

it('what was given to an executor that goes is given to others', async () => {
  await drive.home('goes', 4)
  const id = await drive.enqueue('a')
  await drive.home('stays', 4)
  await drive.home('goes', 0)
  expect(await waiting()).toEqual([`a/${id}`])
  drive.now += 6_000
  await drive.home('stays', 4)
  expect(await queue.keys('runs:gate:*goes*')).toEqual([])
})

it('a run that was given to an executor is next, and can be taken out', async () => {
  drive.now = Date.now()
  await drive.home('one', 1)
  const id = await drive.enqueue('a')
  expect(await runStatus(queue.connection.redis, drive.key, keyOf(id, 'a'))).toMatchObject({ phase: 'next' })
  expect(await drive.gate.remove(keyOf(id, 'a'), 'cancelled')).toBe('removed')
  const next = await drive.enqueue('a')
  expect(await givenTo('one')).toEqual([next])
})
