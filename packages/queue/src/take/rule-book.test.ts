import { latch, useRedis } from '@isolated-runtime/testing'
import { expect, test, vi } from 'vitest'
import { Tenants } from '../admin/tenants.ts'
import { newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import type { HandleOptions } from '../run/handle-run.ts'

const redis = useRedis()

test('runs are handled by the rules of their tenants, from the first run on', async () => {
  await using queue = await TestQueue.open(redis)
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await tenants.set('acme', { isolation: 'run', limits: { memoryMb: 32 } })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ tenant: 'acme' }))
  const handled = latch()
  const rules: HandleOptions['rules'][] = []
  await queue.taker({
    handle: async (_, options) => {
      rules.push(options.rules)
      handled.resolve()
      return succeeded(1)
    },
  })
  await handled.promise
  await outcome
  expect(rules).toEqual([{ isolation: 'run', limits: { memoryMb: 32 } }])
})

test('rules that are written by hand and malformed are left aside, those of others are kept', async () => {
  await using queue = await TestQueue.open(redis)
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await queue.connection.redis.hset(`${queue.keyPrefix}:runs:gate:rules`, 'broken', '{"isolation":"none"}')
  await tenants.set('acme', { isolation: 'run' })
  const rules = new Map<string, HandleOptions['rules']>()
  await queue.taker({
    handle: async ({ tenant }, options) => {
      rules.set(tenant, options.rules)
      return succeeded(1)
    },
  })
  const submitter = await queue.submitter()
  for (const tenant of ['broken', 'acme']) await (await submitter.submit(newRun({ tenant }))).outcome
  expect(Object.fromEntries(rules)).toEqual({
    broken: { limits: {} },
    acme: { isolation: 'run', limits: {} },
  })
})

test('rules that change reach executors that are running', async () => {
  await using queue = await TestQueue.open(redis)
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  let isolation: string | undefined
  await queue.taker({
    handle: async (_, { rules }) => {
      isolation = rules.isolation
      return succeeded(1)
    },
  })
  const submitter = await queue.submitter()
  const run = async (): Promise<string | undefined> => {
    await (
      await submitter.submit(newRun({ tenant: 'acme' }))
    ).outcome
    return isolation
  }
  expect(await run()).toBeUndefined()
  await tenants.set('acme', { isolation: 'run' })
  await vi.waitFor(async () => expect(await run()).toBe('run'), 5_000)
})
