import { once } from 'node:events'
import { cancelled } from '@isolated-runtime/protocol'
import { latch, useRedis } from '@isolated-runtime/testing'
import { expect, it } from 'vitest'
import { newRun } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import { Tenants } from './tenants.ts'

const redis = useRedis()

it('a policy is given back as it was set, and is gone with {}', async () => {
  await using queue = await TestQueue.open(redis)
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await tenants.set('acme', { weight: 4, maxConcurrent: 16, runsPerSecond: 0.5 })
  await tenants.setDefault({ maxQueued: 10 })
  expect(await tenants.get('acme')).toEqual({ weight: 4, maxConcurrent: 16, runsPerSecond: 0.5 })
  expect(await tenants.getDefault()).toEqual({ maxQueued: 10 })
  await tenants.set('acme', {})
  expect(await tenants.get('acme')).toEqual({})
})

it('a malformed policy is refused with all that is wrong, and changes nothing', async () => {
  await using queue = await TestQueue.open(redis)
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await tenants.set('acme', { weight: 2 })
  const malformed = { weight: -1, maxConcurrent: 0.5, speed: 'fast' }
  await expect(tenants.set('acme', malformed)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringMatching(/weight.*maxConcurrent.*speed/s),
  })
  expect(await tenants.get('acme')).toEqual({ weight: 2 })
})

it.each([
  { cordon: '' },
  { cordon: 'paid customers' },
  { cordon: '../paid' },
  { cordon: 'x'.repeat(65) },
  { isolation: 'shared' as 'run' },
])('a policy with %j is refused', async (policy) => {
  await using queue = await TestQueue.open(redis)
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await expect(tenants.set('acme', policy)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining(Object.keys(policy).join()),
  })
  expect(await tenants.get('acme')).toEqual({})
})

it('a policy keeps a tenant apart, within a cordon or further', async () => {
  await using queue = await TestQueue.open(redis)
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  for (const policy of [
    { cordon: 'paid-2.x' },
    { isolation: 'tenant' },
    { isolation: 'cordon', cordon: 'a' },
  ] as const) {
    await tenants.set('acme', policy)
    expect(await tenants.get('acme')).toEqual(policy)
  }
})

it('usage counts each run once, by how it ended', async () => {
  await using queue = await TestQueue.open(redis)
  await queue.taker()
  const submitter = await queue.submitter()
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  const runs = await Promise.all(
    Array.from({ length: 40 }, () => submitter.submit(newRun({ tenant: 'acme', argsJson: '[1]' }))),
  )
  await Promise.all(runs.map(({ outcome }) => outcome))
  await expect
    .poll(async () => tenants.usage('acme'))
    .toMatchObject([{ runs: 40, byStatus: { succeeded: 40 }, hour: expect.any(Date) }])
  expect(await tenants.usage('nobody')).toEqual([])
})

it('runs of a paused tenant wait, and start when it is resumed', async () => {
  await using queue = await TestQueue.open(redis)
  await queue.taker()
  const submitter = await queue.submitter()
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await tenants.set('acme', { weight: 2 })
  await tenants.pause('acme')
  expect(await tenants.get('acme')).toEqual({ weight: 2, paused: true })
  const held = await submitter.submit(newRun({ tenant: 'acme', argsJson: '[1]' }))
  const other = await submitter.submit(newRun({ tenant: 'other', argsJson: '[2]' }))
  expect(await other.outcome).toMatchObject({ status: 'succeeded' })
  expect(await submitter.status({ tenant: 'acme', id: held.id })).toMatchObject({
    phase: 'waiting',
    why: expect.stringContaining('tenant is paused') as string,
  })
  await tenants.resume('acme')
  expect(await held.outcome).toMatchObject({ status: 'succeeded' })
  expect(await tenants.get('acme')).toEqual({ weight: 2 })
})

it('a paused fleet starts no run until its default policy says so', async () => {
  await using queue = await TestQueue.open(redis)
  await queue.taker()
  const submitter = await queue.submitter()
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await tenants.setDefault({ paused: true })
  const held = await submitter.submit(newRun({ tenant: 'acme', argsJson: '[1]' }))
  expect(await submitter.status({ tenant: 'acme', id: held.id })).toMatchObject({ phase: 'waiting' })
  await tenants.setDefault({})
  expect(await held.outcome).toMatchObject({ status: 'succeeded' })
})

it('a run that expires while its tenant is paused says so', async () => {
  await using queue = await TestQueue.open(redis)
  await queue.taker()
  const submitter = await queue.submitter()
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await tenants.pause('acme')
  const { outcome } = await submitter.submit(newRun({ tenant: 'acme', argsJson: '[1]', expiresInMs: 50 }))
  expect(await outcome).toMatchObject({
    status: 'expired',
    error: { message: expect.stringContaining('tenant is paused; resume the tenant, or raise') as string },
  })
})

it('list() names tenants with runs, a policy or usage', async () => {
  await using queue = await TestQueue.open(redis)
  await queue.taker()
  const submitter = await queue.submitter()
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await tenants.set('b/rules', { external: ['lodash'] })
  await tenants.pause('c:paused')
  await submitter.submit(newRun({ tenant: 'c:paused', argsJson: '[1]' }))
  await (
    await submitter.submit(newRun({ tenant: 'a', argsJson: '[1]' }))
  ).outcome
  await expect
    .poll(() => tenants.list())
    .toEqual([
      { tenant: 'a', waiting: 0, running: 0, isPaused: false },
      { tenant: 'b/rules', waiting: 0, running: 0, isPaused: false },
      { tenant: 'c:paused', waiting: 1, running: 0, isPaused: true },
    ])
})

it('cancelAll() ends the runs of one tenant that wait, are delayed or go on', async () => {
  await using queue = await TestQueue.open(redis)
  const started = latch()
  await queue.taker({
    slots: 1,
    handle: async (_, { signal }) => {
      started.resolve()
      await once(signal, 'abort')
      return cancelled('')
    },
  })
  const submitter = await queue.submitter()
  const submit = (tenant: string, delayMs = 0) =>
    submitter.submit(newRun({ tenant, argsJson: '[1]', delayMs }))
  const running = await submit('acme')
  await started.wait()
  const others = await Promise.all([submit('acme'), submit('acme'), submit('acme', 60_000)])
  const neighbour = await submit('other', 60_000)
  expect(await submitter.cancelAll('acme', 'account closed')).toBe(4)
  for (const { outcome } of [running, ...others]) expect(await outcome).toMatchObject({ status: 'cancelled' })
  expect(await submitter.status({ tenant: 'other', id: neighbour.id })).toMatchObject({ phase: 'delayed' })
  expect(await submitter.cancelAll('acme', '')).toBe(0)
})
