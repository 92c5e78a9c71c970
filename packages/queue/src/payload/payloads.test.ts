import { argumentsOf, IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { randomBytes } from 'node:crypto'
import { zstdCompressSync } from 'node:zlib'
import { latch, useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { argsJsonOf, keyOf, newRun, reported, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import { setPolicy } from '../policy/set-policy.ts'

const redis = useRedis()
const LARGE = JSON.stringify(['ä"'.repeat(40_000)])
let queue: TestQueue

beforeEach(async () => {
  queue = await TestQueue.open(redis)
})

afterEach(() => queue[Symbol.asyncDispose]())

function incompressible(bytes: number): string {
  return JSON.stringify([randomBytes(bytes).toString('base64')])
}

async function fieldOf(runId: string, field: string): Promise<string> {
  return (await queue.connection.redis.hget(`${queue.keyPrefix}:runs:default/${runId}`, field)) ?? ''
}

async function onlyPayload(): Promise<string> {
  const keys = await queue.keys('payload:*')
  expect(keys).toHaveLength(1)
  return `${queue.keyPrefix}:${keys[0]}`
}

test('large arguments and outcomes travel beside the job', async () => {
  const submitter = await queue.submitter()
  const run = newRun({ id: 'large', argsJson: LARGE, contextJson: '{"a":1}' })
  const { outcome } = await submitter.submit(run)
  const key = await onlyPayload()
  expect((await fieldOf('large', 'data')).length).toBeLessThan(1_000)
  expect(await queue.connection.redis.strlen(key)).toBeLessThan(LARGE.length / 10)
  await queue.taker({
    handle: async ({ call }) => succeeded([JSON.parse(argsJsonOf(call)), call.contextJson]),
  })
  expect(await outcome).toMatchObject({ valueJson: JSON.stringify([JSON.parse(LARGE), '{"a":1}']) })
  expect((await fieldOf('large', 'returnvalue')).length).toBeLessThan(1_000)
})

test('small ones pay nothing for that', async () => {
  await queue.taker()
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(
    newRun({ id: 'small', argsJson: JSON.stringify(['x'.repeat(10_000)]) }),
  )
  await outcome
  expect(await queue.keys('payload:*')).toEqual([])
  expect(await fieldOf('small', 'data')).toContain('argsJson')
})

test('arguments go with their run, outcomes some time after it', async () => {
  await queue.taker({ keepOutcomeMs: 5_000 })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ argsJson: LARGE, expiresInMs: 30_000 }))
  await outcome
  await vi.waitFor(onlyPayload)
  const ttl = await queue.connection.redis.pttl(await onlyPayload())
  expect(ttl).toBeGreaterThan(5_000)
  expect(ttl).toBeLessThanOrEqual(65_000)
})

test('arguments go with a run that is given up, too', async () => {
  await queue.taker({
    handle: () => Promise.reject(new IsolatedRuntimeError('SANDBOX_FAILED', 'No process')),
  })
  const { outcome } = await (await queue.submitter()).submit(newRun({ argsJson: LARGE }))
  await expect(outcome).rejects.toMatchObject({ code: 'SANDBOX_FAILED' })
  await vi.waitFor(async () => expect(await queue.keys('payload:*')).toEqual([]))
})

test('arguments outlive the longest wait of their run', async () => {
  const submitter = await queue.submitter()
  await submitter.submit(newRun({ argsJson: LARGE, delayMs: 40_000_000, expiresInMs: 50_000_000 }))
  expect(await queue.connection.redis.pttl(await onlyPayload())).toBeGreaterThan(90_000_000)
})

test('logs and errors that are large travel beside the job too', async () => {
  const logs = [{ level: 'info' as const, time: 1, text: 'x'.repeat(50_000) }]
  await queue.taker({ handle: async () => ({ ...succeeded(1), logs }) })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ id: 'noisy' }))
  expect(await outcome).toMatchObject({ status: 'succeeded', logs })
  expect((await fieldOf('noisy', 'returnvalue')).length).toBeLessThan(1_000)
})

test('the largest values arrive, also those that cannot be compressed', async () => {
  const text = incompressible(9 * 1024 * 1024)
  await queue.taker()
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ argsJson: text }))
  const settled = await outcome
  expect(settled.status === 'succeeded' && settled.valueJson === text).toBe(true)
})

test('a batch of many items lies beside the job, and is known as one', async () => {
  const items = Array.from({ length: 1_000 }, (_, n) =>
    JSON.stringify(['one of many items that are rather long', n]),
  )
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ id: 'batch', items }))
  await onlyPayload()
  const { outcome: attached } = await submitter.attach(keyOf('batch'))
  await queue.taker({ handle: async ({ call }) => reported(argumentsOf(call.work)) })
  expect(await outcome).toMatchObject({ reportsJson: JSON.stringify(items) })
  expect(await attached).toMatchObject({ reportsJson: JSON.stringify(items) })
})

test('a run that is handed back still has its arguments', async () => {
  const submitter = await queue.submitter()
  const taken = latch()
  const first = await queue.taker({
    handle: async (_, { signal }) => {
      taken.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return succeeded('late')
    },
  })
  const { outcome } = await submitter.submit(newRun({ argsJson: LARGE }))
  await taken.promise
  await first.close({ graceMs: 0 })
  await queue.taker({ executor: 'second' })
  expect(await outcome).toMatchObject({ valueJson: LARGE, usage: { executor: 'second', attempts: 2 } })
})

test('a run whose arguments are gone is told as that, and so is one whose outcome is', async () => {
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ id: 'emptied', argsJson: LARGE }))
  await queue.connection.redis.del(await onlyPayload())
  await queue.taker({ handle: async () => succeeded(LARGE) })
  await expect(outcome).rejects.toMatchObject({
    code: 'PAYLOAD_LOST',
    message: 'No longer stored: arguments of run "emptied", kept beside its job in Redis',
  })
  await (
    await submitter.submit(newRun({ id: 'over' }))
  ).outcome
  await queue.connection.redis.del(await onlyPayload())
  const attached = await (await queue.submitter()).attach(keyOf('over'))
  await expect(attached.outcome).rejects.toMatchObject({ code: 'PAYLOAD_LOST' })
})

test.for([
  ['another text', zstdCompressSync('{"work":{"kind":"call","argsJson":"[]"}}')],
  ['a bomb', zstdCompressSync(Buffer.alloc(500 * 1024 * 1024))],
  ['garbage', Buffer.from('garbage')],
] as const)('arguments that somebody changed are refused: %s', async ([, text]) => {
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ argsJson: LARGE }))
  await queue.connection.redis.set(await onlyPayload(), text)
  await queue.taker()
  await expect(outcome).rejects.toMatchObject({ code: 'INVALID_MESSAGE' })
})

test('a run that is refused leaves nothing, and takes nothing from the run that has its id', async () => {
  const submitter = await queue.submitter()
  const run = newRun({ id: 'one', isNamed: true, argsJson: LARGE })
  await submitter.submit(run)
  const key = await onlyPayload()
  const other = await queue.submitter()
  await expect(other.submit({ ...run, call: { ...run.call, funcName: 'b' } })).rejects.toMatchObject({
    code: 'RUN_ID_TAKEN',
  })
  expect(await onlyPayload()).toBe(key)
  const joined = await other.submit(run)
  await queue.taker()
  expect(await joined.outcome).toMatchObject({ valueJson: LARGE })
})

test('a run that is cancelled while it waits leaves nothing beside its job', async () => {
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ id: 'unwanted', argsJson: LARGE }))
  await onlyPayload()
  await submitter.cancel(keyOf('unwanted'), 'enough')
  expect(await outcome).toMatchObject({ status: 'cancelled' })
  await vi.waitFor(async () => expect(await queue.keys('payload:*')).toEqual([]))
})

test('what travels beside the job counts among the bytes that a tenant may have waiting', async () => {
  const { redis: commands } = queue.connection
  await setPolicy(commands, `${queue.keyPrefix}:runs`, 'acme', { maxQueuedBytes: 100_000 })
  const submitter = await queue.submitter()
  const submits = Array.from({ length: 8 }, () =>
    submitter.submit(newRun({ tenant: 'acme', argsJson: incompressible(30_000) })),
  )
  const settled = await Promise.allSettled(submits)
  const refused = settled.filter(({ status }) => status === 'rejected')
  expect(refused.length).toBeGreaterThan(2)
  expect(await queue.keys('payload:*')).toHaveLength(8 - refused.length)
})

test('a large outcome arrives after its reply was lost', async () => {
  const submitter = await queue.submitter()
  const gate = latch()
  await queue.taker({
    handle: async ({ call }) => {
      await gate.promise
      return succeeded(JSON.parse(argsJsonOf(call)))
    },
  })
  const { outcome } = await submitter.submit(newRun({ argsJson: LARGE }))
  const [inbox] = await queue.keys('inbox:*')
  await queue.connection.redis.del(`${queue.keyPrefix}:${inbox}`)
  gate.resolve()
  expect(await outcome).toMatchObject({ valueJson: LARGE })
})
