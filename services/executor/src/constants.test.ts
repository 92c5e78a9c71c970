import { Writable } from 'node:stream'
import { Client } from '@isolated-runtime/client'
import { guestFolder, useRedis } from '@isolated-runtime/testing'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { Executor } from './executor.ts'

const redis = useRedis()
const SECRET = 'sk-7f3b91'

test('constants reach every run of their bundle, and no log of client or executor, nor an error', async () => {
  let logged = ''
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      logged += chunk.toString()
      done()
    },
  })
  const logger = pino({ level: 'trace' }, stream)
  const keyPrefix = redis.uniquePrefix()
  await using folder = await guestFolder({
    'a.js': `
      exports.check = (key) => apiKey === key
      exports.fail = () => { throw new Error('no such order') }
      exports.spin = () => { for (;;); }
      exports.crash = () => { const all = []; for (;;) all.push(1) }`,
  })
  const env = { REDIS_URL: redis.url, KEY_PREFIX: keyPrefix, HOST: '127.0.0.1', PORT: '0', CELLS: '1' }
  const packing = { constants: { apiKey: SECRET } }
  const failures: unknown[] = []
  {
    await using _ = await Executor.start(readConfig(env), logger)
    await using client = await Client.connect({ redis: redis.url, keyPrefix, logger, packing })
    const request = { folder: folder.path, file: 'a.js', limits: { timeoutMs: 20_000, memoryMb: 32 } }
    expect(await client.run({ ...request, funcName: 'check', args: [SECRET] })).toBe(true)
    const spinning = { ...request, funcName: 'spin', limits: { timeoutMs: 100 } }
    for (const failing of [{ ...request, funcName: 'fail' }, spinning, { ...request, funcName: 'crash' }])
      failures.push(await client.outcome(failing))
  }
  expect(failures).toMatchObject([{ status: 'failed' }, { status: 'timed-out' }, { status: 'out-of-memory' }])
  expect(JSON.stringify(failures)).not.toContain(SECRET)
  logger.info('The log is kept')
  expect(logged).toContain('The log is kept')
  expect(logged).not.toContain(SECRET)
})
