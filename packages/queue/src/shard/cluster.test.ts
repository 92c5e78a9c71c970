import { createBundle } from '@isolated-runtime/protocol'
import { latch, useRedisCluster } from '@isolated-runtime/testing'
import keySlot from 'cluster-key-slot'
import { expect, test, vi } from 'vitest'
import { Tenants } from '../admin/tenants.ts'
import { AliasStore } from '../alias/alias-store.ts'
import { argsJsonOf, keyOf, newRun, succeeded } from '../fixtures/runs.ts'
import { newSchedule } from '../fixtures/schedules.ts'
import { tenantsOf } from '../fixtures/tenants-of.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import { QueueSchedules } from '../schedule/queue-schedules.ts'
import { ScheduleTaker } from '../schedule/schedule-taker.ts'
import { RedisBundleStore } from '../store/redis-bundle-store.ts'
import { Shards } from './shards.ts'

const redis = useRedisCluster()
const SHARDS = 4
const bundle = createBundle({ '/a.js': { kind: 'commonjs', code: 'exports.a = () => 1' } })

async function openSharded(): Promise<{ queue: TestQueue; shards: Shards; tenants: string[] }> {
  const queue = await TestQueue.open(redis)
  const shards = new Shards({ keyPrefix: queue.keyPrefix, queueName: 'runs', shards: SHARDS }, true)
  return { queue, shards, tenants: tenantsOf(shards) }
}

test('runs with small and large values settle on all shards, which lie on all nodes', async () => {
  const { queue, shards, tenants } = await openSharded()
  await using _ = queue
  const nodes = shards.queueNames.map((name) => redis.cluster.masterOf(keySlot(name)))
  expect(new Set(nodes).size).toBe(3)
  const submitter = await queue.submitter({ shards: SHARDS })
  await queue.taker({ shards: SHARDS })
  const runs = Array.from({ length: 60 }, (_none, n) =>
    newRun({
      tenant: tenants[n % SHARDS] ?? '',
      argsJson: JSON.stringify([n, 'x'.repeat(n % 3 === 0 ? 100_000 : 1)]),
    }),
  )
  const submitted = await submitter.submitMany(runs)
  const outcomes = await Promise.all(submitted.map(({ outcome }) => outcome))
  expect(outcomes.map((one) => one.status === 'succeeded' && one.valueJson)).toEqual(
    runs.map(({ call }) => argsJsonOf(call)),
  )
})

test('a queue without shards works on a cluster as well', async () => {
  await using queue = await TestQueue.open(redis)
  const submitter = await queue.submitter()
  await queue.taker()
  const { outcome } = await submitter.submit(newRun({ argsJson: '["one"]' }))
  expect(await outcome).toMatchObject({ status: 'succeeded', valueJson: '["one"]' })
})

test('runs that wait and runs that go on are found, cancelled and settled from another node', async () => {
  const { queue, tenants } = await openSharded()
  await using _ = queue
  const submitter = await queue.submitter({ shards: SHARDS })
  const other = await queue.submitter({ shards: SHARDS })
  const waiting = await submitter.submitMany(tenants.map((tenant) => newRun({ tenant })))
  for (const { id, tenant, outcome } of waiting) {
    expect(await other.status(keyOf(id, tenant))).toMatchObject({ phase: 'next' })
    expect(await other.cancel(keyOf(id, tenant), 'unwanted')).toBe(true)
    expect(await outcome).toMatchObject({ status: 'cancelled' })
  }
  const started = latch()
  let running = 0
  await queue.taker({
    shards: SHARDS,
    handle: async (_message, { signal }) => {
      if (++running === SHARDS) started.resolve()
      const aborted = Promise.withResolvers<void>()
      signal.addEventListener('abort', () => aborted.resolve())
      await aborted.promise
      throw new Error('aborted')
    },
  })
  const going = await submitter.submitMany(tenants.map((tenant) => newRun({ tenant })))
  await started.wait()
  for (const { id, tenant, outcome } of going) {
    const attached = await other.attach(keyOf(id, tenant))
    expect(await other.cancel(keyOf(id, tenant), 'enough')).toBe(true)
    expect(await outcome).toMatchObject({ status: 'cancelled' })
    expect(await attached.outcome).toMatchObject({ status: 'cancelled' })
  }
})

test('policies and usage are on the shard of the tenant', async () => {
  const { queue, tenants } = await openSharded()
  await using _ = queue
  const options = { keyPrefix: queue.keyPrefix, queueName: 'runs', shards: SHARDS }
  const admin = new Tenants(queue.connection, options)
  await admin.setDefault({ maxConcurrent: 3 })
  const submitter = await queue.submitter({ shards: SHARDS })
  await queue.taker({ shards: SHARDS, handle: async () => succeeded(1) })
  for (const tenant of tenants) {
    await admin.set(tenant, { weight: 2 })
    await (
      await submitter.submit(newRun({ tenant }))
    ).outcome
    await expect.poll(async () => (await admin.usage(tenant))[0]?.runs).toBe(1)
  }
})

test('bundles, aliases and schedules are kept on a cluster', async () => {
  const { queue, tenants } = await openSharded()
  await using _ = queue
  await using stack = new AsyncDisposableStack()
  const { connection, keyPrefix } = queue
  const bundles = new RedisBundleStore(connection, { keyPrefix })
  await bundles.put(bundle)
  const aliases = new AliasStore(connection, bundles, { keyPrefix })
  const ran = latch<string>()
  const options = { keyPrefix, queueName: 'runs', shards: SHARDS }
  const schedules = new QueueSchedules(connection, options)
  await queue.taker({
    shards: SHARDS,
    handle: async ({ tenant }) => {
      ran.resolve(tenant)
      return succeeded('x'.repeat(100_000))
    },
  })
  const ticks = stack.use(ScheduleTaker.start(connection, options))
  await ticks.ready()
  const tenant = tenants[2] ?? ''
  await aliases.move({ tenant, alias: 'a@live' }, { bundle: bundle.id, by: 'test' })
  expect(await aliases.list(tenant)).toMatchObject([{ bundle: bundle.id }])
  expect(await bundles.get(bundle.id)).toEqual(bundle)
  const key = { tenant, id: 'often' }
  await schedules.create(key, newSchedule({ kind: 'every', everyMs: 1_000 }, { bundle: bundle.id }))
  expect(await ran.wait()).toBe(tenant)
  await vi.waitFor(async () => expect((await schedules.get(key)).lastRun?.status).toBe('succeeded'), 10_000)
  expect(await schedules.list(tenant)).toHaveLength(1)
  expect(await schedules.remove(key)).toBe(true)
})
