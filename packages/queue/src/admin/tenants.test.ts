import { useRedis } from '@isolated-runtime/testing'
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
