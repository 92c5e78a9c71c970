import { Client, type ArgumentList } from '@isolated-runtime/client'
import { guestFolder, useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { startExecutor } from './fixtures/start-main.ts'

const redis = useRedis()
const CODE = `exports.main = (n, what) => {
  if (what === 'throw') throw new RangeError('item ' + n)
  if (what === 'spin') for (;;);
  if (what === 'eat') for (let a = null; ; a = { a });
  return n * 2
}`

test('a map goes all the way to an executor and back, and each bad item fails alone', async () => {
  await using folder = await guestFolder({ 'main.js': CODE })
  const env = { REDIS_URL: redis.url, KEY_PREFIX: redis.uniquePrefix(), LOG_LEVEL: 'info' }
  const { executor } = await startExecutor(env)
  await using _ = executor
  await using client = await Client.connect({ redis: redis.url, keyPrefix: env.KEY_PREFIX })
  const bad: Record<number, string> = { 7: 'throw', 120: 'spin', 121: 'eat' }
  const items = Array.from({ length: 400 }, (__, n): ArgumentList => (n in bad ? [n, bad[n]] : [n]))
  const outcomes = await client.map<number>({
    folder: folder.path,
    file: 'main.js',
    funcName: 'main',
    items,
    // Filling a heap takes a busy machine a while.
    limits: { timeoutMs: 8_000 },
  })
  const expected = items.map((__, n): unknown => n * 2)
  Object.assign(expected, { 7: 'failed', 120: 'timed-out', 121: 'out-of-memory' })
  expect(
    outcomes.map((outcome) => (outcome.status === 'succeeded' ? outcome.value : outcome.status)),
  ).toEqual(expected)
}, 120_000)

test('a map survives the death of an executor in the middle', async () => {
  await using folder = await guestFolder({ 'main.js': 'exports.main = async (n) => n * 2' })
  const env = { REDIS_URL: redis.url, KEY_PREFIX: redis.uniquePrefix(), LOG_LEVEL: 'info' }
  await using stack = new AsyncDisposableStack()
  const doomed = stack.use((await startExecutor(env)).executor)
  await using client = await Client.connect({ redis: redis.url, keyPrefix: env.KEY_PREFIX })
  const items = Array.from({ length: 3_000 }, (__, n): ArgumentList => [n])
  const call = { folder: folder.path, file: 'main.js', funcName: 'main', chunk: 20 }
  let consumed = 0
  for await (const outcome of client.mapStream<number>({ ...call, items })) {
    expect(outcome).toMatchObject({ status: 'succeeded', value: consumed * 2 })
    if (++consumed !== 1_000) continue
    doomed.kill('SIGKILL')
    stack.use((await startExecutor(env)).executor)
  }
  expect(consumed).toBe(3_000)
}, 120_000)
