import { useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { counted } from '../fixtures/gate-drive.ts'
import { newRun } from '../fixtures/runs.ts'
import { startTaker } from '../fixtures/start-taker.ts'
import { TestQueue } from '../fixtures/test-queue.ts'
import type { RunSubmitter } from '../submit/run-submitter.ts'

const redis = useRedis()
const NAMES = ['one', 'two', 'three', 'four']
const TENANTS = Array.from({ length: 40 }, (_, at) => `tenant-${at}`)

/** Which executor runs one of each tenant; few at once, so that each finds a slot at home. */
async function executorsOf(submitter: RunSubmitter): Promise<Map<string, string>> {
  const executors = new Map<string, string>()
  const next = TENANTS.values()
  const lane = async (): Promise<void> => {
    for (const tenant of next) {
      const { outcome } = await submitter.submit(newRun({ tenant }))
      executors.set(tenant, (await outcome).usage.executor ?? 'nobody')
    }
  }
  await Promise.all(Array.from({ length: 6 }, lane))
  return executors
}

test('of four executors, each runs the same tenants again and again; those of one that is killed move, others do not', async () => {
  await using queue = await TestQueue.open(redis)
  await using stack = new AsyncDisposableStack()
  const takers = new Map<string, Awaited<ReturnType<typeof startTaker>>>()
  await Promise.all(
    NAMES.map(async (name) => {
      takers.set(name, stack.use(await startTaker(queue, { name, runMs: 0 })))
    }),
  )
  const submitter = await queue.submitter()
  const before = await executorsOf(submitter)
  expect(Object.keys(counted([...before.values()])).toSorted()).toEqual(NAMES.toSorted())
  expect(await executorsOf(submitter)).toEqual(before)

  const dead = before.get('tenant-0') ?? ''
  takers.get(dead)?.kill('SIGKILL')
  // The first are still given to the dead one, and go elsewhere within a second or so.
  const after = await executorsOf(submitter)
  const moved = TENANTS.filter((tenant) => after.get(tenant) !== before.get(tenant))
  expect(moved).toEqual(TENANTS.filter((tenant) => before.get(tenant) === dead))
}, 60_000)
