import { Client } from '@isolated-runtime/client'
import { useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { startExecutor } from './fixtures/start-main.ts'

const redis = useRedis()

const SOURCE = `
exports.main = async (endAt) => {
  console.log('begun')
  while (Date.now() < endAt) await new Promise((resolve) => setTimeout(resolve, 20))
  console.log('over')
}`

test('logs() of a run whose executor is killed goes on with the next, which tells its lines again', async () => {
  const env = { REDIS_URL: redis.url, KEY_PREFIX: redis.uniquePrefix(), LOG_LEVEL: 'info', SPARE_CELLS: '0' }
  await using stack = new AsyncDisposableStack()
  const start = async (name: string) => {
    const { executor } = await startExecutor({ ...env, EXECUTOR_NAME: name })
    return stack.use(executor)
  }
  const doomed = await start('doomed')
  await using client = await Client.connect({ redis: redis.url, keyPrefix: env.KEY_PREFIX })
  const request = { source: SOURCE, funcName: 'main', limits: { timeoutMs: 60_000 }, live: true }
  // No executor but the second sees the end of it.
  const handle = await client.submit({ ...request, args: [Date.now() + 6_000] })
  const logs = handle.logs()
  expect((await logs.next()).value).toMatchObject({ text: 'begun' })
  doomed.kill('SIGKILL')
  await doomed.exit
  await start('other')
  expect(await Array.fromAsync(logs, ({ text }) => text)).toEqual(['begun', 'over'])
  expect(await handle.outcome()).toMatchObject({
    status: 'succeeded',
    usage: { executor: 'other', attempts: 2 },
  })
}, 60_000)
