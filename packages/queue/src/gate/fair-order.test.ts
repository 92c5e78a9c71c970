import { useRedis } from '@isolated-runtime/testing'
import { expect, it } from 'vitest'
import { counted, GateDrive } from '../fixtures/gate-drive.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()

it('two busy tenants get equal shares, however much each has queued', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  for (let run = 0; run < 300; run++) await drive.enqueue('hoarder')
  for (let run = 0; run < 60; run++) await drive.enqueue('modest')
  await drive.serve(20)
  expect(counted(await drive.serve(80))).toEqual({ hoarder: 40, modest: 40 })
})

it('shares go by weight', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.policy('heavy', { weight: 4 })
  for (let run = 0; run < 200; run++) await Promise.all([drive.enqueue('heavy'), drive.enqueue('light')])
  await drive.serve(10)
  const served = counted(await drive.serve(200))
  expect(served['heavy']).toBeGreaterThanOrEqual(156)
  expect(served['heavy']).toBeLessThanOrEqual(164)
})

it('a newcomer waits for a round, not for a backlog', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  for (let run = 0; run < 200; run++) await drive.enqueue(`busy-${run % 3}`)
  await drive.serve(50)
  await drive.enqueue('newcomer')
  // Those that were given to BullMQ already, a quarter more than there are slots, and one of each busy tenant.
  expect((await drive.serve(10)).indexOf('newcomer')).toBeLessThanOrEqual(6 + 3)
})

it('a tenant that was idle for long has saved nothing up', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.enqueue('sleeper')
  for (let run = 0; run < 400; run++) await drive.enqueue('busy')
  await drive.serve(200)
  for (let run = 0; run < 100; run++) await drive.enqueue('sleeper')
  await drive.serve(10)
  expect(counted(await drive.serve(100))).toEqual({ busy: 50, sleeper: 50 })
})

it('shares stay right where virtual time has come to the end of its range', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  // A week of 1,000 runs a second comes to two thirds of this.
  await queue.connection.redis.hset(`${drive.key}:gate`, 'virtualTime', 1e9 - 15)
  await drive.policy('heavy', { weight: 3 })
  for (let run = 0; run < 300; run++) await Promise.all([drive.enqueue('heavy'), drive.enqueue('light')])
  const before = counted(await drive.serve(40))
  expect(before['heavy']).toBeGreaterThanOrEqual(28)
  await drive.serve(40)
  await drive.executors(4)
  expect(Number(await queue.connection.redis.hget(`${drive.key}:gate`, 'virtualTime'))).toBeLessThan(100)
  const after = counted(await drive.serve(100))
  expect(after['heavy']).toBeGreaterThanOrEqual(73)
  expect(after['heavy']).toBeLessThanOrEqual(77)
})

it('priority orders the runs of a tenant among themselves, and does not pass those of others', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.enqueue('a', { id: 'low', priority: -5 })
  await drive.enqueue('a', { id: 'first' })
  await drive.enqueue('a', { id: 'second' })
  await drive.enqueue('a', { id: 'urgent', priority: 1_000 })
  await drive.enqueue('b', { id: 'other' })
  // Without executors, two runs are given ahead, whatever comes later.
  expect((await drive.takeAll()).map(({ runId }) => runId)).toEqual(['low', 'first'])
  await drive.executors(16)
  const order = (await drive.takeAll()).map(({ runId }) => runId)
  expect(order).toEqual(['urgent', 'other', 'second'])
})

it('newcomers are served as they come, not by their names', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.enqueue('busy')
  await drive.enqueue('busy')
  for (const tenant of ['z', 'm', 'a', 'b']) await drive.enqueue(tenant)
  expect(await drive.serve(6)).toEqual(['busy', 'busy', 'z', 'm', 'a', 'b'])
})

it('a polite tenant is served at once while a noisy one has 10,000 runs queued', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(8)
  await drive.policy('noisy', { maxQueued: 20_000 })
  for (let run = 0; run < 100; run++) {
    await Promise.all(Array.from({ length: 100 }, () => drive.enqueue('noisy')))
  }
  for (let turn = 0; turn < 20; turn++) {
    await drive.enqueue('polite')
    // What was given ahead of it, and one of the other.
    expect((await drive.serve(40)).indexOf('polite')).toBeLessThanOrEqual(10 + 1)
  }
})

it('thousands of tenants that come and go leave nothing but what they used', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  await drive.policy(undefined, { runsPerSecond: 1_000, maxConcurrent: 2 })
  const tenants = Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`)
  await Promise.all(tenants.flatMap((tenant) => [drive.enqueue(tenant), drive.enqueue(tenant)]))
  expect(await drive.serve(5_000)).toHaveLength(2_000)
  drive.now += 1_000
  await drive.executors(4)
  const keys = async () => (await queue.keys('runs:gate:*')).filter((key) => !key.includes(':usage:'))
  // Buckets go by themselves when they are full.
  await expect
    .poll(keys, { timeout: 5_000 })
    .toEqual(['runs:gate:executors', 'runs:gate:policy', 'runs:gate:slots'])
})
