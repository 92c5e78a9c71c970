import { randomBytes } from 'node:crypto'
import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Tenants } from '../admin/tenants.ts'
import { keyOf, newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import type { RunSubmitter } from '../submit/run-submitter.ts'

const redis = useRedis()
const WEEK_MS = 7 * 24 * 3_600_000
const LONG_MS = 60_000
const MIB = 1_048_576
let queue: TestQueue
let submitter: RunSubmitter

beforeEach(async () => {
  queue = await TestQueue.open(redis)
  submitter = await queue.submitter()
})

afterEach(() => queue[Symbol.asyncDispose]())

const large = () =>
  newRun({ tenant: 'a', argsJson: JSON.stringify([randomBytes(500_000).toString('base64')]) })

/** Gives texts of as many characters as the argument says, which compression makes no smaller than three quarters. */
const takeLarge = () =>
  queue.taker({
    handle: async ({ argsJson }) => {
      const [chars] = JSON.parse(argsJson) as [number]
      return succeeded(randomBytes((chars * 3) / 4).toString('base64'))
    },
  })

async function runAs(tenant: string, chars: number, keepOutcomeMs = WEEK_MS): Promise<string> {
  const { id, outcome } = await submitter.submit(newRun({ tenant, keepOutcomeMs, argsJson: `[${chars}]` }))
  expect(await outcome).toMatchObject({ status: 'succeeded' })
  return id
}

const isKept = async (tenant: string, id: string): Promise<boolean> => {
  const found = await submitter.attach(keyOf(id, tenant)).catch(() => undefined)
  return (await found?.outcome)?.status === 'succeeded'
}

/** What Redis holds of payloads of a tenant, and what its account says. */
async function bytesOf(tenant: string): Promise<{ held: number; account: number }> {
  const { redis: commands } = queue.connection
  const names = await queue.keys(`payload:${tenant}/*`)
  const sizes = await Promise.all(names.map((name) => commands.strlen(`${queue.keyPrefix}:${name}`)))
  const account = await commands.zscore(`${queue.keyPrefix}:runs:kept`, tenant)
  return { held: sizes.reduce((sum, size) => sum + size, 0), account: Number(account ?? 0) }
}

it(
  'of a tenant over "maxKeptBytes" the oldest outcomes end, with their payloads, and of no other',
  { timeout: LONG_MS },
  async () => {
    const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
    await tenants.set('hog', { maxKeptBytes: 2 * MIB })
    await takeLarge()
    const theirs = [await runAs('other', 500_000), await runAs('other', 100)]
    const ids: string[] = []
    for (let run = 0; run < 12; run++) ids.push(await runAs('hog', 500_000))
    await expect
      .poll(async () => (await bytesOf('hog')).held, { timeout: 20_000 })
      .toBeLessThanOrEqual(2 * MIB)
    const { held, account } = await bytesOf('hog')
    expect(account).toBeGreaterThanOrEqual(held)
    expect(account).toBeLessThan(held + 20_000)
    expect(await isKept('hog', ids[0] ?? '')).toBe(false)
    expect(await isKept('hog', ids[11] ?? '')).toBe(true)
    expect(await Promise.all(theirs.map((id) => isKept('other', id)))).toEqual([true, true])
  },
)

it(
  'who fills Redis is the first to lose what is kept, and the fleet goes on for others',
  { timeout: LONG_MS },
  async () => {
    const { redis: commands } = queue.connection
    await commands.flushall()
    const used = Number(/used_memory:(\d+)/.exec(await commands.info('memory'))?.[1])
    await takeLarge()
    const theirs = [await runAs('other', 500_000), await runAs('other', 100)]
    await commands.config('SET', 'maxmemory', used + 24 * MIB)
    try {
      const refusals: string[] = []
      for (let run = 0; run < 80; run++) {
        await runAs('hog', 900_000).catch(({ code }: { code: string }) => refusals.push(code))
      }
      expect(refusals.filter((code) => code !== 'FLEET_OVERLOADED')).toEqual([])
      await expect
        .poll(() => runAs('other', 100).catch(() => 'refused'), { timeout: 6_000 })
        .not.toBe('refused')
      expect(await Promise.all(theirs.map((id) => isKept('other', id)))).toEqual([true, true])
    } finally {
      await commands.config('SET', 'maxmemory', '0')
    }
  },
)

it('the account is empty when all outcomes have ended', { timeout: LONG_MS }, async () => {
  await takeLarge()
  for (const chars of [100, 100_000]) await runAs('a', chars, 1_000)
  const id = await runAs('b', 100, 1_000)
  await submitter.submit(newRun({ tenant: 'b', delayMs: 60_000, keepOutcomeMs: 1_000, id: 'cancelled' }))
  await submitter.cancel(keyOf('cancelled', 'b'), '')
  expect((await bytesOf('a')).account).toBeGreaterThan(50_000)
  expect(id).not.toBe('')
  // Some run goes on, so that executors look.
  await submitter.submit(newRun({ tenant: 'c', delayMs: 600_000 }))
  await expect.poll(() => queue.keys('runs:kept*'), { timeout: 20_000 }).toEqual([])
})

it('live streams are in the account, and go with their outcome', { timeout: LONG_MS }, async () => {
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await tenants.set('hog', { maxKeptBytes: MIB })
  await queue.taker({
    handle: async (_message, { onLog }) => {
      onLog?.({ level: 'info', text: randomBytes(150_000).toString('base64'), time: 0 })
      return succeeded(null)
    },
  })
  const limits = { ...newRun().limits, timeoutMs: 600_000 }
  for (let run = 0; run < 12; run++) {
    await (
      await submitter.submit(newRun({ tenant: 'hog', live: true, limits }))
    ).outcome
  }
  expect((await bytesOf('hog')).account).toBeGreaterThan(MIB)
  await expect.poll(async () => (await queue.keys('runs:live:*')).length, { timeout: 20_000 }).toBeLessThan(6)
})

it('large arguments that wait count as bytes that are queued', async () => {
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await tenants.set('a', { maxQueuedBytes: MIB })
  // Two lie with BullMQ, ahead of the executors.
  for (let run = 0; run < 3; run++) await submitter.submit(large())
  await submitter.submit(large())
  await expect(submitter.submit(large())).rejects.toMatchObject({ code: 'TENANT_QUEUE_FULL' })
})

it(
  'a tenant with thousands of small outcomes comes down to its cap at once',
  { timeout: LONG_MS },
  async () => {
    const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
    await queue.taker({ handle: async () => succeeded('x'.repeat(1_000)) })
    const runs = Array.from({ length: 4_000 }, () => newRun({ tenant: 'hog', keepOutcomeMs: WEEK_MS }))
    for (const { outcome } of await submitter.submitMany(runs)) await outcome
    expect((await bytesOf('hog')).account).toBeGreaterThan(4 * MIB)
    await tenants.set('hog', { maxKeptBytes: MIB })
    // Its account is looked at when another of its runs is over.
    await runAsSmall('hog')
    await expect
      .poll(async () => (await bytesOf('hog')).account, { timeout: 10_000 })
      .toBeLessThanOrEqual(MIB)
  },
)

const runAsSmall = async (tenant: string): Promise<unknown> =>
  (await submitter.submit(newRun({ tenant }))).outcome
