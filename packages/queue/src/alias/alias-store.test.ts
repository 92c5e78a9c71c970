import { createBundle } from '@isolated-runtime/protocol'
import { useRedis } from '@isolated-runtime/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RedisConnection } from '../redis/redis-connection.ts'
import { RedisBundleStore } from '../store/redis-bundle-store.ts'
import { AliasStore } from './alias-store.ts'
import { aliasesKey } from '../redis/keys.ts'

const redis = useRedis()
const bundles = Array.from({ length: 25 }, (_, n) =>
  createBundle({ '/a.js': { kind: 'commonjs', code: `exports.a = ${n}` } }),
)
const ids = bundles.map(({ id }) => id)
const [a = '', b = '', c = ''] = ids
const DAY_MS = 24 * 60 * 60_000
const key = { tenant: 'acme', alias: 'pricing@live' }
const by = 'ann'
let connection: RedisConnection
let keyPrefix: string
let store: AliasStore

beforeEach(async () => {
  connection = await RedisConnection.open({ redis: redis.url })
  keyPrefix = redis.uniquePrefix()
  const bundleStore = new RedisBundleStore(connection, { keyPrefix })
  await Promise.all(bundles.map((bundle) => bundleStore.put(bundle)))
  store = new AliasStore(connection, bundleStore, { keyPrefix })
})

afterEach(() => connection.close())

async function historyOf(of = key): Promise<string[]> {
  return (await store.history(of)).map(({ bundle }) => bundle)
}

test('an alias is where it was moved last, and tells who moved it when', async () => {
  const before = Date.now()
  await store.move(key, { bundle: a, by: 'ann' })
  const moved = await store.move(key, { bundle: b, by: 'bob "ü"\n' })
  expect(moved).toEqual({ alias: 'pricing@live', bundle: b, by: 'bob "ü"\n', movedAt: expect.any(Number) })
  // Redis is on this machine, so that the clocks agree.
  expect(Math.abs(moved.movedAt - before)).toBeLessThan(10_000)
  expect(await store.history(key)).toEqual([moved, expect.objectContaining({ bundle: a, by: 'ann' })])
})

test('moving an alias to where it is leaves no trace', async () => {
  const first = await store.move(key, { bundle: a, by: 'ann' })
  expect(await store.move(key, { bundle: a, by: 'bob' })).toEqual(first)
  expect(await historyOf()).toEqual([a])
})

test('the last 20 moves are remembered', async () => {
  for (const bundle of ids) await store.move(key, { bundle, by })
  expect(await historyOf()).toEqual(ids.toReversed().slice(0, 20))
})

test('moves at the same time all count, one after the other', async () => {
  await Promise.all(ids.slice(0, 15).map((bundle) => store.move(key, { bundle, by })))
  expect((await historyOf()).toSorted()).toEqual(ids.slice(0, 15).toSorted())
})

test('a rollback goes back to the bundle before, and a second one forth again', async () => {
  for (const bundle of [a, b, c]) await store.move(key, { bundle, by })
  expect(await store.rollback(key, { by: 'bob' })).toMatchObject({ bundle: b, by: 'bob' })
  expect(await store.rollback(key, { by })).toMatchObject({ bundle: c })
  expect(await store.rollback(key, { by, to: a })).toMatchObject({ bundle: a })
  expect(await historyOf()).toEqual([a, c, b, c, b, a])
})

test('rollbacks at the same time each see what the one before did', async () => {
  for (const bundle of [a, b]) await store.move(key, { bundle, by })
  await Promise.all(Array.from({ length: 40 }, () => store.rollback(key, { by })))
  expect(await historyOf()).toEqual(Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? b : a)))
})

test('there is no way back from the first bundle, nor to one that it never had', async () => {
  await store.move(key, { bundle: a, by })
  await expect(store.rollback(key, { by })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: 'Alias "pricing@live" cannot be rolled back: it never had another bundle',
  })
  await expect(store.rollback(key, { by, to: b })).rejects.toThrow('is not among its last 20')
})

test('an alias does not go to a bundle that is not stored', async () => {
  const gone = createBundle({}).id
  await expect(store.move(key, { bundle: gone, by })).rejects.toMatchObject({ code: 'BUNDLE_NOT_FOUND' })
  await store.move(key, { bundle: a, by })
  await store.move(key, { bundle: b, by })
  await connection.redis.del(`${keyPrefix}:bundle:${a}`)
  await expect(store.rollback(key, { by })).rejects.toMatchObject({ code: 'BUNDLE_NOT_FOUND' })
  expect(await historyOf()).toEqual([b, a])
})

test('an alias keeps the bundles of its history from expiring', async () => {
  await store.move(key, { bundle: a, by })
  await store.move(key, { bundle: b, by })
  for (const id of [a, b]) await connection.redis.pexpire(`${keyPrefix}:bundle:${id}`, 60_000)
  await store.keep(await store.history(key))
  for (const id of [a, b]) {
    expect(await connection.redis.pttl(`${keyPrefix}:bundle:${id}`)).toBeGreaterThan(99 * DAY_MS)
  }
  expect(await connection.redis.pttl(`${keyPrefix}:bundle:${c}`)).toBeLessThan(8 * DAY_MS)
})

test('tenants do not see or move the aliases of others', async () => {
  await store.move(key, { bundle: a, by })
  const others = { ...key, tenant: 'other' }
  await expect(store.history(others)).rejects.toMatchObject({
    code: 'ALIAS_NOT_FOUND',
    message: 'Tenant "other" has no alias "pricing@live"; it has none',
  })
  await store.move(others, { bundle: b, by })
  expect(await historyOf()).toEqual([a])
  expect(await store.list('other')).toEqual([expect.objectContaining({ alias: 'pricing@live', bundle: b })])
})

test('an unknown alias is told with those that there are', async () => {
  for (const alias of ['b@live', 'a@live']) await store.move({ ...key, alias }, { bundle: a, by })
  await expect(store.history(key)).rejects.toThrow('it has "a@live", "b@live"')
  for (let n = 0; n < 10; n++) await store.move({ ...key, alias: `c${n}@live` }, { bundle: a, by })
  await expect(store.rollback(key, { by })).rejects.toThrow('"c7@live" and 2 more')
})

test('an alias that was removed is gone, and was there', async () => {
  await store.move(key, { bundle: a, by })
  expect(await store.remove(key)).toBe(true)
  expect(await store.remove(key)).toBe(false)
  expect(await store.list('acme')).toEqual([])
})

test('a history that is none is refused', async () => {
  await connection.redis.hset(aliasesKey(keyPrefix, 'acme'), key.alias, '{"bundle":"garbage"}')
  await expect(store.history(key)).rejects.toMatchObject({ code: 'INVALID_MESSAGE' })
  await expect(store.list('acme')).rejects.toMatchObject({ code: 'INVALID_MESSAGE' })
})
