import { Client } from '@isolated-runtime/client'
import { guestFolder, latch, useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { startExecutor } from './fixtures/start-main.ts'

const redis = useRedis()
const RUNS = 1_000

test('1,000 runs through two executors, one of them killed half-way, give 1,000 right answers', async () => {
  await using folder = await guestFolder({ 'square.js': 'exports.square = (n) => n * n' })
  const env = { REDIS_URL: redis.url, KEY_PREFIX: redis.uniquePrefix(), LOG_LEVEL: 'warn' }
  await using stack = new AsyncDisposableStack()
  const [doomed, other] = await Promise.all(
    ['doomed', 'other'].map(async (name) => {
      const { executor } = await startExecutor({ ...env, EXECUTOR_NAME: name, LOG_LEVEL: 'info' })
      return stack.use(executor)
    }),
  )
  await using client = await Client.connect({ redis: redis.url, keyPrefix: env.KEY_PREFIX })
  const half = latch()
  let settled = 0
  const outcomes = Promise.all(
    Array.from({ length: RUNS }, async (_, n) => {
      const request = { folder: folder.path, file: 'square.js', funcName: 'square', args: [n] }
      const outcome = await client.outcome(request)
      settled += 1
      if (settled === RUNS / 2) half.resolve()
      return outcome
    }),
  )
  await half.wait(60_000)
  doomed?.kill('SIGKILL')
  const all = await outcomes
  expect(all.map((outcome) => outcome.status === 'succeeded' && outcome.value)).toEqual(
    Array.from({ length: RUNS }, (_, n) => n * n),
  )
  expect(new Set(all.map(({ usage }) => usage.executor))).toEqual(new Set(['doomed', 'other']))
  other?.kill('SIGTERM')
  expect(await other?.exit).toEqual({ code: 0, signal: null })
}, 120_000)
