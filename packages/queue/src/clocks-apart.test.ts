import { fileURLToPath } from 'node:url'
import { shiftedClock, startProcess, useRedis, type StartedProcess } from '@isolated-runtime/testing'
import { Queue } from 'bullmq'
import { expect, test } from 'vitest'
import { newRun } from './fixtures/runs.ts'
import { TestQueue } from './fixtures/test-queue.ts'

const redis = useRedis()
const QUARTER_MS = 15 * 60_000
const READY_MS = 30_000
const TOUR_MS = 60_000

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}.ts`, import.meta.url))

async function start(queue: TestQueue, name: string, shiftsMs: readonly number[]): Promise<StartedProcess> {
  const { execArgv, env } = shiftedClock(...shiftsMs)
  const args = [
    ...process.execArgv,
    ...execArgv,
    fixture(name),
    queue.url,
    queue.keyPrefix,
    `of ${shiftsMs.join()}`,
  ]
  return startProcess(process.execPath, args, { env })
}

const once = { status: 'succeeded', attempts: 1, isQueuedForLong: false }
const TOLD = {
  late: { status: 'expired', attempts: 1, isQueuedForLong: false },
  patient: once,
  others: [{ ...once, attempts: 3 }, once, once, once, once, once, once],
  long: once,
  attached: once,
  delayed: { ...once, isEarly: false },
  far: { phase: 'delayed', isCancelled: true, status: 'cancelled', attempts: 0, isQueuedForLong: false },
  texts: ['echo'],
  kept: once,
  usage: 6,
  scheduled: { status: 'succeeded', isNow: true, usage: 3 },
}

// Those of the client and of two executors; that of Redis is right, so that all are apart from it and from each other.
test.for([
  { client: [QUARTER_MS], executors: [[-QUARTER_MS], [0]] },
  { client: [-QUARTER_MS], executors: [[QUARTER_MS], [QUARTER_MS]] },
  { client: [50], executors: [[-70_000], [70_000]] },
  {
    client: [0, QUARTER_MS, -QUARTER_MS],
    executors: [
      [0, -QUARTER_MS, QUARTER_MS],
      [QUARTER_MS, 2, 0],
    ],
  },
])(
  'everything comes in its time with clocks that are $client ms, $executors.0 ms and $executors.1 ms ahead of Redis',
  { timeout: 120_000 },
  async ({ client, executors }) => {
    await using queue = await TestQueue.open(redis)
    await using stack = new AsyncDisposableStack()
    for (const shiftsMs of executors) {
      const executor = stack.use(await start(queue, 'take-tour', shiftsMs))
      await executor.waitForLine(/^ready$/, READY_MS)
    }
    const tour = stack.use(await start(queue, 'client-tour', client))
    const line = await tour.waitForLine(/^told /, TOUR_MS)
    expect(JSON.parse(line.slice('told '.length))).toEqual(TOLD)
  },
)

test('a run without a delay is never held back by the clock of its client', async () => {
  await using queue = await TestQueue.open(redis)
  await using client = await start(queue, 'submit-one', [2])
  const id = (await client.waitForLine(/^submitted /, READY_MS)).slice('submitted '.length)
  const submitter = await queue.submitter()
  expect((await submitter.status({ tenant: 'default', id })).phase).toBe('next')
})

test('a run that BullMQ itself gives out does not expire by the clock of its executor', async () => {
  await using queue = await TestQueue.open(redis)
  const { redis: connection } = queue.connection
  const tool = new Queue('runs', { connection, prefix: queue.keyPrefix })
  // Scripts of ours leave a queue with such a limit to BullMQ.
  await tool.setGlobalConcurrency(4)
  await using executor = await start(queue, 'take-tour', [QUARTER_MS])
  await executor.waitForLine(/^ready$/, READY_MS)
  const submitter = await queue.submitter()
  const { outcome } = await submitter.submit(newRun({ argsJson: '["echo", 1]' }))
  expect(await outcome).toMatchObject({ status: 'succeeded', usage: { attempts: 1 } })
})
