import { Client } from '@isolated-runtime/client'
import { guestFolder, useRedis } from '@isolated-runtime/testing'
import { expect, test, vi } from 'vitest'
import { startExecutor } from './fixtures/start-main.ts'

const redis = useRedis()

test('an executor sees to schedules, whether the client that made them is there or not', async () => {
  await using folder = await guestFolder({ 'add.js': 'exports.add = (a, b) => a + b' })
  const env = { REDIS_URL: redis.url, KEY_PREFIX: redis.uniquePrefix(), LOG_LEVEL: 'info' }
  const connect = async (): Promise<Client> =>
    Client.connect({ redis: redis.url, keyPrefix: env.KEY_PREFIX, tenant: 'acme' })
  const maker = await connect()
  const run = { folder: folder.path, file: 'add.js', funcName: 'add', args: [1, 2] }
  await maker.schedules.create({ id: 'sum', every: '300ms', run })
  await maker.close()

  const { executor } = await startExecutor(env)
  await using stack = new AsyncDisposableStack()
  stack.use(executor)
  await using client = await connect()
  const lastRunId = await vi.waitFor(async () => {
    const { lastRun } = await client.schedules.get('sum')
    expect(lastRun?.status).toBe('succeeded')
    return lastRun?.id ?? ''
  }, 20_000)
  const outcome = await (await client.attach(lastRunId)).outcome()
  expect(outcome).toMatchObject({ status: 'succeeded', value: 3 })
  executor.kill('SIGTERM')
  expect(await executor.exit).toEqual({ code: 0, signal: null })
}, 60_000)
