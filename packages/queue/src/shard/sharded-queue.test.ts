import { latch, useRedis } from '@isolated-runtime/testing'
import { expect, test, vi } from 'vitest'
import { Tenants } from '../admin/tenants.ts'
import { argsJsonOf, keyOf, newRun, succeeded } from '../fixtures/runs.ts'
import { tenantsOf } from '../fixtures/tenants-of.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import type { SubmittedRun } from '../submit/submit-shard.ts'
import { Shards } from './shards.ts'

const redis = useRedis()
const SHARDS = 4
const SLOTS = 4

async function openSharded(): Promise<{ queue: TestQueue; shards: Shards; tenants: string[] }> {
  const queue = await TestQueue.open(redis)
  const shards = new Shards({ keyPrefix: queue.keyPrefix, queueName: 'runs', shards: SHARDS }, false)
  return { queue, shards, tenants: tenantsOf(shards) }
}

test('runs of all tenants settle, each on the shard of its tenant', async () => {
  const { queue, shards, tenants } = await openSharded()
  await using _ = queue
  const submitter = await queue.submitter({ shards: SHARDS })
  await queue.taker({ shards: SHARDS, slots: SLOTS })
  const runs = Array.from({ length: 80 }, (_none, n) =>
    newRun({ tenant: tenants[n % SHARDS] ?? '', argsJson: `[${n}]` }),
  )
  const submitted = await submitter.submitMany(runs)
  const outcomes = await Promise.all(submitted.map(({ outcome }) => outcome))
  expect(outcomes.map((one) => one.status === 'succeeded' && one.valueJson)).toEqual(
    runs.map(({ call }) => argsJsonOf(call)),
  )
  const jobs = await Promise.all(shards.queueNames.map((name) => queue.keys(`${name}:t*/*`)))
  expect(jobs.map((keys) => keys.length)).toEqual([20, 20, 20, 20])
})

test('status(), attach() and cancel() find a run by its id on whatever shard', async () => {
  const { queue, tenants } = await openSharded()
  await using _ = queue
  const submitter = await queue.submitter({ shards: SHARDS })
  const other = await queue.submitter({ shards: SHARDS })
  const submitted = await Promise.all(tenants.map((tenant) => submitter.submit(newRun({ tenant }))))
  for (const { id, tenant, outcome } of submitted) {
    expect(await other.status(keyOf(id, tenant))).toMatchObject({ phase: 'next', tenant })
    const attached = await other.attach(keyOf(id, tenant))
    expect(await other.cancel(keyOf(id, tenant), 'no more')).toBe(true)
    expect(await outcome).toMatchObject({ status: 'cancelled' })
    expect(await attached.outcome).toMatchObject({ status: 'cancelled' })
    expect(await other.cancel(keyOf(id, tenant), 'again')).toBe(false)
  }
  for (const ask of ['status', 'attach'] as const) {
    await expect(other[ask](keyOf('nobody', tenants[0]))).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
  }
  await expect(other.cancel(keyOf('nobody', tenants[0]), '')).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' })
})

test('one id of two tenants on two shards is two runs, and neither is taken for the other', async () => {
  const { queue, tenants } = await openSharded()
  await using _ = queue
  const submitter = await queue.submitter({ shards: SHARDS })
  const [first = '', second = ''] = tenants
  const one = await submitter.submit(newRun({ id: 'same', tenant: first, argsJson: '["one"]' }))
  const two = await submitter.submit(newRun({ id: 'same', tenant: second, argsJson: '["two"]' }))
  expect(await submitter.cancel(keyOf('same', first), 'only this')).toBe(true)
  await queue.taker({ shards: SHARDS, slots: SLOTS })
  expect(await one.outcome).toMatchObject({ status: 'cancelled' })
  expect(await two.outcome).toMatchObject({ status: 'succeeded', valueJson: '["two"]' })
})

test('a running run of any shard is cancelled', async () => {
  const { queue, tenants } = await openSharded()
  await using _ = queue
  const submitter = await queue.submitter({ shards: SHARDS })
  const started = latch()
  let running = 0
  await queue.taker({
    shards: SHARDS,
    slots: SLOTS,
    handle: async (_message, { signal }) => {
      if (++running === SHARDS) started.resolve()
      const aborted = Promise.withResolvers<void>()
      signal.addEventListener('abort', () => aborted.resolve())
      await aborted.promise
      throw new Error('aborted')
    },
  })
  const submitted = await Promise.all(tenants.map((tenant) => submitter.submit(newRun({ tenant }))))
  await started.wait()
  await Promise.all(submitted.map(({ id, tenant }) => submitter.cancel(keyOf(id, tenant), 'enough')))
  for (const { outcome } of submitted) expect(await outcome).toMatchObject({ status: 'cancelled' })
})

test('one busy shard has all slots of an executor, and gives way to another', async () => {
  const { queue, tenants } = await openSharded()
  await using _ = queue
  const submitter = await queue.submitter({ shards: SHARDS })
  const gates = Array.from({ length: 200 }, () => latch())
  const going = new Map(tenants.map((tenant) => [tenant, 0]))
  let most = 0
  await queue.taker({
    shards: SHARDS,
    slots: 8,
    handle: async ({ tenant, call }) => {
      going.set(tenant, (going.get(tenant) ?? 0) + 1)
      most = Math.max(
        most,
        going.values().reduce((sum, count) => sum + count, 0),
      )
      await gates[Number(argsJsonOf(call).slice(1, -1))]?.wait(30_000)
      going.set(tenant, (going.get(tenant) ?? 0) - 1)
      return succeeded(1)
    },
  })
  const [first = '', second = ''] = tenants
  const submit = (tenant: string, from: number): Promise<SubmittedRun[]> =>
    submitter.submitMany(
      Array.from({ length: 60 }, (_none, n) => newRun({ tenant, argsJson: `[${from + n}]` })),
    )
  const own = await submit(first, 0)
  await vi.waitFor(() => expect(going.get(first)).toBe(8), 10_000)
  const others = await submit(second, 100)
  await vi.waitFor(() => expect(going.get(second)).toBe(1), 10_000)
  // The runs that the first began with end; then each has its half.
  for (const gate of gates.slice(0, 8)) gate.resolve()
  await vi.waitFor(() => expect(going.get(second)).toBeGreaterThanOrEqual(3), 10_000)
  expect(going.get(first)).toBeGreaterThanOrEqual(3)
  for (const gate of gates) gate.resolve()
  const outcomes = await Promise.all([...own, ...others].map(({ outcome }) => outcome))
  expect(outcomes.every(({ status }) => status === 'succeeded')).toBe(true)
  expect(most).toBeLessThanOrEqual(8 + SHARDS)
})

test('clients and executors that count other shards than are there are refused, and told what to do', async () => {
  const { queue } = await openSharded()
  await using _ = queue
  await queue.taker({ shards: SHARDS })
  const refusal = {
    code: 'INVALID_OPTIONS',
    message: expect.stringMatching(
      /^Queue "runs" has 4 shards, and 2 were asked for here; .* remove the key "test-.*:shards:runs"/,
    ) as string,
  }
  await expect(queue.submitter({ shards: 2 })).rejects.toMatchObject(refusal)
  await expect(queue.taker({ shards: 2 })).rejects.toMatchObject(refusal)
  await expect(queue.submitter()).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
})

test('the policy of a tenant holds on its shard, the default on all', async () => {
  const { queue, tenants } = await openSharded()
  await using _ = queue
  const admin = new Tenants(queue.connection, {
    keyPrefix: queue.keyPrefix,
    queueName: 'runs',
    shards: SHARDS,
  })
  await admin.setDefault({ maxQueued: 1 })
  await admin.set(tenants[3] ?? '', { maxQueued: 2 })
  const submitter = await queue.submitter({ shards: SHARDS })
  for (const [shard, tenant] of tenants.entries()) {
    const room = shard === 3 ? 2 : 1
    // The gate gives two runs to BullMQ ahead of need; they do not count as queued.
    for (let n = 0; n < 2 + room; n++) await submitter.submit(newRun({ tenant }))
    await expect(submitter.submit(newRun({ tenant }))).rejects.toMatchObject({ code: 'TENANT_QUEUE_FULL' })
  }
  expect(await admin.get(tenants[3] ?? '')).toEqual({ maxQueued: 2 })
})
