import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, type AliasMove } from '@isolated-runtime/client'
import { guestFolder, useRedis } from '@isolated-runtime/testing'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { Executor } from './executor.ts'

const redis = useRedis()
let stack: AsyncDisposableStack
let keyPrefix: string

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  keyPrefix = redis.uniquePrefix()
  // No room for bundles: each is loaded from Redis for each run.
  const env = { REDIS_URL: redis.url, KEY_PREFIX: keyPrefix, HOST: '127.0.0.1', PORT: '0', CELLS: '2' }
  stack.use(await Executor.start(readConfig({ ...env, BUNDLE_CACHE_BYTES: '0' }), pino({ level: 'silent' })))
})

afterEach(() => stack.disposeAsync())

async function connect(): Promise<Client> {
  return stack.use(await Client.connect({ redis: redis.url, keyPrefix, tenant: 'acme' }))
}

test('single texts run on the fleet, in JavaScript and TypeScript', async () => {
  const client = await connect()
  const source = 'module.exports = { fee: (order) => order.total * 0.02 }'
  expect(await client.run({ source, funcName: 'fee', args: [{ total: 100 }] })).toBe(2)
  const typescript = 'export const fee = (order: { total: number }): number => order.total / 10'
  expect(
    await client.run({ source: typescript, file: 'fee.ts', funcName: 'fee', args: [{ total: 100 }] }),
  ).toBe(10)
  const outcome = await client.outcome({
    source: 'exports.a = () => { throw new Error("no") }',
    file: 'r.js',
    funcName: 'a',
  })
  expect(outcome).toMatchObject({ status: 'failed', error: { stack: expect.stringContaining('/r.js:1:') } })
})

test('what is deployed on one machine runs from another, by id and by alias', async () => {
  const [deployer, runner] = [await connect(), await connect()]
  const folder = stack.use(await guestFolder({ 'price.js': 'exports.price = (n) => n + 1' }))
  const { id, exports } = await deployer.deploy(folder.path, { alias: 'pricing' })
  expect(exports).toEqual({ 'price.js': ['price'] })
  const call = { file: 'price.js', funcName: 'price', args: [1] }
  expect(await runner.run({ ...call, bundle: id })).toBe(2)
  expect(await runner.run({ ...call, bundle: 'pricing@live' })).toBe(2)
})

test('while an alias is moved to and fro, every run has the one bundle or the other', async () => {
  const [mover, runner] = [await connect(), await connect()]
  const folder = stack.use(await guestFolder({ 'a.js': 'exports.a = () => "old"' }))
  await mover.deploy(folder.path, { alias: 'a' })
  await writeFile(join(folder.path, 'a.js'), 'exports.a = () => "the new one"')
  await mover.deploy(folder.path, { alias: 'a' })
  const call = { bundle: 'a', file: 'a.js', funcName: 'a' }
  const moves: AliasMove[] = []
  const values = await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      if (n % 10 === 0) moves.push(await mover.aliases.rollback('a'))
      return (n % 2 === 0 ? mover : runner).run(call)
    }),
  )
  expect(values.filter((value) => value !== 'old' && value !== 'the new one')).toEqual([])
  expect(moves).toHaveLength(20)
})

test('large arguments, contexts and results go all the way and back', async () => {
  const client = await connect()
  const source = 'exports.echo = (value) => [value, extra.length]'
  const value = { text: 'ä"\n'.repeat(100_000), list: Array.from({ length: 10_000 }, (_, n) => ({ n })) }
  const context = { extra: 'y'.repeat(100_000) }
  expect(await client.run({ source, funcName: 'echo', args: [value], context })).toEqual([value, 100_000])
})
