import { latch, useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Tenants } from './admin/tenants.ts'
import { argsJsonOf, keyOf, newCall, newRun, succeeded } from './fixtures/runs.ts'
import { TestQueue } from './fixtures/test-queue.ts'

const redis = useRedis()
let queue: TestQueue

beforeEach(async () => {
  queue = await TestQueue.open(redis)
})

afterEach(() => queue[Symbol.asyncDispose]())

const NAMES = [
  'order-1',
  'o1:discounts/a.ts',
  'org/acme',
  'gid://shop/1',
  'a b',
  '{runs}',
  '}{',
  '%2F',
  '🙂',
  '42',
  'meta',
  '__proto__',
]
const LARGE = JSON.stringify(['x'.repeat(50_000)])

test('runs of two tenants under one id are two runs, each with the value of its own tenant', async () => {
  const submitter = await queue.submitter()
  const [a, b] = await submitter.submitMany(
    ['a', 'b'].map((tenant) =>
      newRun({ id: 'order-1', isNamed: true, tenant, argsJson: JSON.stringify([tenant]) }),
    ),
  )
  await queue.taker()
  expect(await a?.outcome).toMatchObject({ valueJson: '["a"]' })
  expect(await b?.outcome).toMatchObject({ valueJson: '["b"]' })
  const other = await queue.submitter()
  expect(await (await other.attach(keyOf('order-1', 'b'))).outcome).toMatchObject({ valueJson: '["b"]' })
})

test('a tenant does not find the run of another: not to attach to it, ask for it or cancel it', async () => {
  const go = latch()
  await queue.taker({ handle: async () => go.promise.then(() => succeeded('private')) })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ id: 'order-1', tenant: 'a' }))
  const theirs = keyOf('order-1', 'b')
  const refused = {
    code: 'RUN_NOT_FOUND',
    message: expect.stringContaining('Tenant "b" has no run "order-1"'),
  }
  await expect(submitter.attach(theirs)).rejects.toMatchObject(refused)
  await expect(submitter.status(theirs)).rejects.toMatchObject(refused)
  await expect(submitter.cancel(theirs, '')).rejects.toMatchObject(refused)
  go.resolve()
  expect(await outcome).toMatchObject({ valueJson: '"private"' })
})

test('what the runs of two tenants under one id say while they go on is not mixed', async () => {
  const both = latch()
  let started = 0
  await queue.taker({
    handle: async ({ tenant }, { onLog }) => {
      onLog?.({ level: 'info', text: tenant, time: 0 })
      if (++started === 2) both.resolve()
      await both.promise
      return succeeded(tenant)
    },
  })
  const submitter = await queue.submitter()
  for (const { tenant, live, outcome } of await submitter.submitMany(
    ['a', 'b'].map((name) => newRun({ id: 'order-1', tenant: name, live: true })),
  )) {
    const lines: string[] = []
    for await (const { text } of live?.logs(outcome) ?? []) lines.push(text)
    expect(lines).toEqual([tenant])
  }
})

test('tenants and ids of any form run, are found, capped and counted by their own names', async () => {
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  const submitter = await queue.submitter()
  for (const tenant of NAMES) await tenants.set(tenant, { maxConcurrent: 1, limits: { timeoutMs: 1_000 } })
  const runs = NAMES.flatMap((tenant) =>
    NAMES.map((id) => newRun({ tenant, id, isNamed: true, argsJson: JSON.stringify([tenant, id]) })),
  )
  const submitted = await submitter.submitMany(runs)
  expect(await submitter.status(runs[1] ?? keyOf(''))).toMatchObject({
    tenant: 'order-1',
    phase: 'waiting',
    cap: 'maxConcurrent',
  })
  await queue.taker({
    handle: async ({ call }, { rules }) => {
      expect(rules.limits).toEqual({ timeoutMs: 1_000 })
      return succeeded(JSON.parse(argsJsonOf(call)))
    },
  })
  const outcomes = await Promise.all(submitted.map(({ outcome }) => outcome))
  expect(outcomes.map((one) => one.status === 'succeeded' && one.valueJson)).toEqual(
    runs.map(({ call }) => argsJsonOf(call)),
  )
  for (const tenant of NAMES) {
    const [usage] = await tenants.usage(tenant)
    expect(usage?.byStatus).toEqual({ succeeded: NAMES.length })
    expect(await tenants.get(tenant)).toEqual({ maxConcurrent: 1, limits: { timeoutMs: 1_000 } })
  }
})

test('large arguments and results of any tenant and id are kept, found and removed', async () => {
  const submitter = await queue.submitter()
  await queue.taker()
  for (const name of NAMES) {
    const { id, tenant, outcome } = await submitter.submit(
      newRun({ id: name, tenant: name, argsJson: LARGE }),
    )
    expect(await outcome).toMatchObject({ valueJson: LARGE })
    expect(await (await submitter.attach({ id, tenant })).outcome).toMatchObject({ valueJson: LARGE })
  }
  await expect.poll(async () => (await queue.keys('payload:*')).length).toBe(NAMES.length)
})

test('a run whose id was not chosen is not joined by another request under that id', async () => {
  const submitter = await queue.submitter()
  const run = newRun({ argsJson: '["private"]' })
  await submitter.submit(run)
  const other = await queue.submitter()
  for (const asked of [run, { ...run, call: newCall() }]) {
    await expect(other.submit({ ...asked, isNamed: true })).rejects.toMatchObject({ code: 'RUN_ID_TAKEN' })
  }
  // Redis may get the very same run twice.
  await expect(submitter.submit(run)).resolves.toMatchObject({ id: run.id })
})
