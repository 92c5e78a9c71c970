import { Client } from '@isolated-runtime/client'
import { guestFolder, useRedis } from '@isolated-runtime/testing'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { Executor } from './executor.ts'

const redis = useRedis()
let stack: AsyncDisposableStack
let client: Client
let folder: string

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  const keyPrefix = redis.uniquePrefix()
  const env = { REDIS_URL: redis.url, KEY_PREFIX: keyPrefix, HOST: '127.0.0.1', PORT: '0', CELLS: '2' }
  client = stack.use(await Client.connect({ redis: redis.url, keyPrefix }))
  folder = stack.use(
    await guestFolder({
      'quick.js': `
        let calls = 0
        exports.count = (value) => { globalThis.seen = (globalThis.seen ?? 0) + 1; return [value, ++calls, seen] }
        exports.tricky = (value) => {
          if (value === 100) for (;;);
          if (value === 101) throw new TypeError('no ' + value)
          if (value === 102) return () => {}
          Array.prototype.map = () => { throw new Error('left behind') }
          return value
        }`,
    }),
  ).path
  stack.use(await Executor.start(readConfig(env), pino({ level: 'silent' })))
})

afterEach(() => stack.disposeAsync())

for (const realm of ['fresh', 'hardened'] as const) {
  test(`quick ${realm} runs that travel together each have globals and modules of their own`, async () => {
    const request = { folder, file: 'quick.js', funcName: 'count', realm, tenant: 'acme' }
    const values = Array.from({ length: 600 }, (_, value) => value)
    const results = await Promise.all(values.map((value) => client.run({ ...request, args: [value] })))
    expect(results).toEqual(values.map((value) => [value, 1, 1]))
    await expect
      .poll(async () => (await client.admin.tenants.usage('acme')).map(({ byStatus }) => byStatus))
      .toEqual([{ succeeded: 600 }])
  })
}

test('one of them that spins, throws or gives what JSON cannot carry fails alone', async () => {
  const request = { folder, file: 'quick.js', funcName: 'tricky', limits: { timeoutMs: 300 } }
  const values = Array.from({ length: 400 }, (_, value) => value)
  const outcomes = await Promise.all(values.map((value) => client.outcome({ ...request, args: [value] })))
  const told = outcomes.map((each) => (each.status === 'succeeded' ? each.value : each.error.code))
  expect(told).toEqual(
    values.map((value) => ({ 100: 'TIMED_OUT', 101: 'GUEST_ERROR', 102: 'RESULT_NOT_JSON' })[value] ?? value),
  )
})
