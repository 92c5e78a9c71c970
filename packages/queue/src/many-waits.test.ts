import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { argsJsonOf, keyOf, newRun, succeeded } from './fixtures/runs.ts'
import { TestQueue } from './fixtures/test-queue.ts'

const redis = useRedis()
let queue: TestQueue

beforeEach(async () => {
  queue = await TestQueue.open(redis)
})

afterEach(() => queue[Symbol.asyncDispose]())

test('3,000 waits of a client that is closed reject at once', async () => {
  const submitter = await queue.submitter()
  const runs = await Promise.all(Array.from({ length: 3_000 }, () => submitter.submit(newRun())))
  const ends = Promise.allSettled(runs.map(({ outcome }) => outcome))
  const closedAt = performance.now()
  await submitter.close()
  const codes = new Set((await ends).map((end) => (end.status === 'rejected' ? end.reason.code : end.status)))
  expect(codes).toEqual(new Set(['CLOSED']))
  expect(performance.now() - closedAt).toBeLessThan(5_000)
})

test('a hundred waits for one run settle with one outcome, whoever attaches and whenever', async () => {
  let times = 0
  const [one, other] = [await queue.submitter(), await queue.submitter()]
  const { id } = await one.submit(newRun())
  const attach = async (): Promise<unknown> =>
    (await (times++ % 2 === 0 ? one : other).attach(keyOf(id))).outcome
  const early = Array.from({ length: 50 }, attach)
  let handled = 0
  await queue.taker({ handle: async () => succeeded((handled += 1)) })
  const late = Array.from({ length: 50 }, attach)
  const outcomes = await Promise.all([...early, ...late])
  expect(outcomes).toHaveLength(100)
  for (const outcome of outcomes) expect(outcome).toMatchObject({ valueJson: '1' })
})

test('of clients that use one id at the same moment, those with one request share a run, the others are refused', async () => {
  let handled = 0
  await queue.taker({ handle: async ({ call }) => ((handled += 1), succeeded(JSON.parse(argsJsonOf(call)))) })
  const clients = await Promise.all(Array.from({ length: 8 }, () => queue.submitter()))
  for (let round = 0; round < 10; round++) {
    const id = `round-${round}`
    const ends = await Promise.allSettled(
      clients.map(async (client, index) => {
        const run = newRun({ id, isNamed: true, argsJson: `[${index % 2}]` })
        return (await client.submit(run)).outcome
      }),
    )
    const told = ends.map((end) =>
      end.status === 'rejected' ? end.reason.code : end.value.status === 'succeeded' && end.value.valueJson,
    )
    const [winner] = told.filter((end) => end !== 'RUN_ID_TAKEN')
    expect(told).toEqual(clients.map((_, index) => (winner === `[${index % 2}]` ? winner : 'RUN_ID_TAKEN')))
  }
  expect(handled).toBe(10)
})

test('who joins a run that is over has its outcome at once', async () => {
  await queue.taker()
  const run = newRun({ isNamed: true })
  const first = await (await (await queue.submitter()).submit(run)).outcome
  const other = await queue.submitter()
  const joinedAt = performance.now()
  expect(await (await other.submit(run)).outcome).toEqual(first)
  // Sooner than a reply that is lost would be looked for.
  expect(performance.now() - joinedAt).toBeLessThan(1_500)
})
