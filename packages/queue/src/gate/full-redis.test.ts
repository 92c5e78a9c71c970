import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { GateDrive, type TakenRun } from '../fixtures/gate-drive.ts'
import { keyOf } from '../fixtures/runs.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis({ args: ['--maxmemory', '64mb', '--maxmemory-policy', 'noeviction'] })
let queues: AsyncDisposableStack

beforeEach(() => {
  queues = new AsyncDisposableStack()
})

afterEach(() => queues.disposeAsync())

interface BusyGate {
  readonly queue: TestQueue
  readonly drive: GateDrive
  /** A run that was completed, and of which the gate has not heard. */
  readonly completed: TakenRun
}

/** A gate with something of every kind to do, and perhaps an executor to be forgotten. */
async function busyGate(lastHeardOf: 'alive' | 'dead'): Promise<BusyGate> {
  const queue = queues.use(await TestQueue.open(redis))
  const drive = new GateDrive(queue)
  await drive.executors(1)
  await drive.policy('capped', { runsPerSecond: 1 })
  for (let run = 0; run < 5; run++) await drive.enqueue('capped', { expiresInMs: 1_000_000 })
  for (let run = 0; run < 5; run++) await drive.enqueue('hasty', { expiresInMs: 10_000 })
  await drive.enqueue('late', { notBefore: drive.now + 15_000, expiresInMs: 1_000_000 })
  const completed = await drive.take()
  if (completed === undefined) throw new Error('No run was given to BullMQ')
  await drive.complete(completed)
  drive.now += lastHeardOf === 'alive' ? 4_000 : 20_000
  return { queue, drive, completed }
}

/** A Redis that is over its `maxmemory` refuses every command that may need memory, as the first write of a script too. */
async function whileFull<T>({ connection }: TestQueue, act: () => Promise<T>): Promise<T> {
  await connection.redis.config('SET', 'maxmemory', '1mb')
  try {
    await expect(connection.redis.set('any', 'thing')).rejects.toThrow('OOM command not allowed')
    return await act()
  } finally {
    await connection.redis.config('SET', 'maxmemory', '64mb')
  }
}

/** What a gate writes down of how full Redis is, and of what it looks at only if it is not. */
const OF_OVERLOAD = new Set(['memoryLeft', 'overloadedUntil', 'overloadedWhy', 'nextRun', 'nextRunSince'])

/** All that Redis holds of a queue. */
async function stateOf({ connection: { redis: commands }, keyPrefix }: TestQueue): Promise<object> {
  const state: Record<string, unknown> = {}
  for (const key of (await commands.keys(`${keyPrefix}:*`)).toSorted()) {
    const name = key.slice(keyPrefix.length)
    switch (await commands.type(key)) {
      case 'hash': {
        const fields = Object.entries(await commands.hgetall(key))
        state[name] = Object.fromEntries(fields.filter(([field]) => !OF_OVERLOAD.has(field)))
        break
      }
      case 'list':
        state[name] = await commands.lrange(key, 0, -1)
        break
      case 'string':
        state[name] = await commands.get(key)
        break
      default:
        state[name] = await commands.zrange(key, '0', '-1', 'WITHSCORES')
    }
  }
  return state
}

const acts: readonly [string, (gate: BusyGate) => Promise<unknown>][] = [
  ['a heartbeat', ({ drive }) => drive.tick('another', 2)],
  ['a tick of nobody', ({ drive }) => drive.tick('', 0)],
  ['the end of a run', ({ drive, completed }) => drive.gate.finish({ ...completed, ends: 'succeeded' })],
  [
    'the removal of a run that waits',
    ({ drive }) => drive.gate.remove(keyOf('capped-5', 'capped'), 'cancelled'),
  ],
  [
    'the removal of a run that is delayed',
    ({ drive }) => drive.gate.remove(keyOf('late-11', 'late'), 'cancelled'),
  ],
  ['a policy', ({ drive }) => drive.policy('capped', { runsPerSecond: 100 })],
]

const cases = acts.flatMap(([name, act]) =>
  (['dead', 'alive'] as const).map((executor) => [name, executor, act] as const),
)

it.each(cases)(
  'while Redis is full, %s does all that it ever does, with an executor that is %s',
  async (_, executor, act) => {
    const [usual, full] = [await busyGate(executor), await busyGate(executor)]
    const before = await stateOf(usual.queue)
    await act(usual)
    await whileFull(full.queue, () => act(full))
    const after = await stateOf(usual.queue)
    expect(after).not.toEqual(before)
    expect(await stateOf(full.queue)).toEqual(after)
  },
)

it('while Redis is full, a run that is refused leaves nothing behind', async () => {
  const { queue, drive } = await busyGate('alive')
  const before = await stateOf(queue)
  await whileFull(queue, async () => {
    await expect(drive.enqueue('late')).rejects.toMatchObject({ code: 'FLEET_OVERLOADED' })
  })
  expect(await stateOf(queue)).toEqual(before)
})
