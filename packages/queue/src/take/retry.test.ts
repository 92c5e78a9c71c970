import { IsolatedRuntimeError, unsuccessful, type EncodedOutcome } from '@isolated-runtime/protocol'
import { latch, useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Tenants } from '../admin/tenants.ts'
import { argsJsonOf, keyOf, newRun, succeeded } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
let queue: TestQueue

beforeEach(async () => {
  queue = await TestQueue.open(redis)
})

afterEach(() => queue[Symbol.asyncDispose]())

function failed(message: string, cpuMs = 0): EncodedOutcome {
  return unsuccessful('failed', new IsolatedRuntimeError('GUEST_ERROR', message), { cpuMs })
}

const twice = { attempts: 3, backoffMs: 20, on: ['failed' as const] }

test('a failure that is asked for is tried again, and the wait settles on the last outcome only', async () => {
  let attempts = 0
  await queue.taker({
    handle: async () => ((attempts += 1) < 3 ? failed('not yet') : succeeded('at last')),
  })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ retries: twice }))
  expect(await outcome).toMatchObject({ valueJson: '"at last"', usage: { attempts: 3 } })
})

test('a run is charged the CPU time of all its attempts', async () => {
  await queue.taker({
    handle: async ({ call }) => failed('again', argsJsonOf(call) === '["cancel"]' ? 7 : 2.5),
  })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ tenant: 'acme', retries: twice }))
  expect(await outcome).toMatchObject({ usage: { attempts: 3, cpuMs: 7.5 } })
  const retries = { attempts: 2, backoffMs: 60_000, on: ['failed' as const] }
  const waiting = await submitter.submit(newRun({ tenant: 'acme', retries, argsJson: '["cancel"]' }))
  await vi.waitFor(
    async () =>
      expect(await submitter.status(keyOf(waiting.id, 'acme'))).toMatchObject({ phase: 'retrying' }),
    5_000,
  )
  await submitter.cancel(keyOf(waiting.id, 'acme'), 'enough')
  expect(await waiting.outcome).toMatchObject({ status: 'cancelled', usage: { attempts: 1, cpuMs: 7 } })
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  await vi.waitFor(
    async () => expect(await tenants.usage('acme')).toMatchObject([{ runs: 2, cpuSeconds: 0.0145 }]),
    5_000,
  )
})

test('the outcome of the last attempt counts', async () => {
  let attempts = 0
  await queue.taker({ handle: async () => failed(`attempt ${(attempts += 1)}`) })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ retries: twice }))
  expect(await outcome).toMatchObject({ error: { message: 'attempt 3' }, usage: { attempts: 3 } })
})

test.for([
  ['without retries', undefined],
  ['with retries that do not name its status', { ...twice, on: ['crashed' as const] }],
  ['with one attempt', { ...twice, attempts: 1 }],
] as const)('an error of the guest is an outcome at once %s', async ([, retries]) => {
  await queue.taker({ handle: async () => failed('once') })
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ retries }))
  expect(await outcome).toMatchObject({ status: 'failed', usage: { attempts: 1 } })
})

test('trouble of the platform is tried again where there are retries, unless it is there to stay', async () => {
  let attempts = 0
  await queue.taker({
    handle: async ({ call }) => {
      attempts += 1
      if (argsJsonOf(call) === '["stays"]') throw new IsolatedRuntimeError('BUNDLE_CORRUPT', 'Broken')
      if (attempts < 3) throw new IsolatedRuntimeError('SANDBOX_FAILED', 'No process')
      return succeeded('in the end')
    },
  })
  const submitter = await queue.submitter()
  const retries = { attempts: 3, backoffMs: 20, on: [] }
  const first = await submitter.submit(newRun({ retries }))
  expect(await first.outcome).toMatchObject({ valueJson: '"in the end"', usage: { attempts: 3 } })
  attempts = 0
  const second = await submitter.submit(newRun({ retries, argsJson: '["stays"]' }))
  await expect(second.outcome).rejects.toMatchObject({ code: 'BUNDLE_CORRUPT' })
  expect(attempts).toBe(1)
})

test('the time in which a run must be taken does not count for its retries', async () => {
  let attempts = 0
  await queue.taker({ handle: async () => ((attempts += 1) < 2 ? failed('first') : succeeded('second')) })
  const submitter = await queue.submitter({ graceMs: 100 })
  const { outcome } = await submitter.submit(
    newRun({
      expiresInMs: 300,
      retries: { ...twice, backoffMs: 400 },
      limits: { ...newRun().call.limits, timeoutMs: 100 },
    }),
  )
  expect(await outcome).toMatchObject({ valueJson: '"second"' })
})

test('a run whose executor goes in the pause is tried again elsewhere', async () => {
  const once = latch()
  const first = await queue.taker({
    handle: async () => {
      once.resolve()
      return failed('here')
    },
  })
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun({ retries: { ...twice, backoffMs: 300 } }))
  await once.wait()
  await vi.waitFor(async () => expect((await submitter.status(keyOf(id))).phase).toBe('retrying'))
  await first.close()
  await queue.taker({ executor: 'other', handle: async () => succeeded('there') })
  expect(await outcome).toMatchObject({ valueJson: '"there"', usage: { executor: 'other', attempts: 2 } })
})

test('a run is cancelled in the pause', async () => {
  await queue.taker({ handle: async () => failed('once') })
  const submitter = await queue.submitter()
  const { id, outcome } = await submitter.submit(newRun({ retries: { ...twice, backoffMs: 60_000 } }))
  await vi.waitFor(async () => expect((await submitter.status(keyOf(id))).phase).toBe('retrying'))
  expect(await submitter.cancel(keyOf(id), 'no more')).toBe(true)
  expect(await outcome).toMatchObject({ status: 'cancelled', usage: { attempts: 1 } })
})

test('a run counts as begun again where a process for guests died under it, in each attempt', async () => {
  let attempts = 0
  await queue.taker({
    handle: async () => {
      attempts++
      const outcome =
        attempts === 1
          ? unsuccessful('failed', new IsolatedRuntimeError('GUEST_ERROR', 'Not yet'))
          : succeeded('at last')
      // So many times did the sandbox begin it.
      return { ...outcome, usage: { ...outcome.usage, attempts: 2 } }
    },
  })
  const submitter = await queue.submitter()
  const retries = { attempts: 2, backoffMs: 1, on: ['failed' as const] }
  const retried = await submitter.submit(newRun({ retries }))
  expect(await retried.outcome).toMatchObject({ status: 'succeeded', usage: { attempts: 4 } })
  const once = await submitter.submit(newRun())
  expect(await once.outcome).toMatchObject({ status: 'succeeded', usage: { attempts: 2 } })
})
