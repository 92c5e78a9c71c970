import { useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { Client } from './client.ts'
import { argumentsOf } from '@isolated-runtime/protocol'
import { startTaker, succeeded } from './fixtures/start-taker.ts'

const redis = useRedis()
const call = { bundle: `sha256-${'0'.repeat(64)}`, file: 'a.js', funcName: 'a' }

test('a client finds the runs of its own tenant, and those of another only where it names it', async () => {
  const where = { redis: redis.url, keyPrefix: redis.uniquePrefix() }
  await using _ = await startTaker({ ...where, url: redis.url }, async ({ tenant, call: { work } }) => ({
    ...succeeded(`${tenant} ${argumentsOf(work)[0]}`),
    logs: [{ level: 'info', text: `of ${tenant}`, time: 0 }],
  }))
  await using a = await Client.connect({ ...where, tenant: 'org/a' })
  await using b = await Client.connect({ ...where, tenant: 'org/b' })
  expect(await a.run({ ...call, id: 'order-1', args: ['a'] })).toBe('org/a ["a"]')

  const refused = { code: 'RUN_NOT_FOUND' }
  await expect(b.attach('order-1')).rejects.toMatchObject(refused)
  await expect(b.status('order-1')).rejects.toMatchObject(refused)
  await expect(b.cancel('order-1')).rejects.toMatchObject(refused)
  expect(await b.run({ ...call, id: 'order-1', args: ['b'] })).toBe('org/b ["b"]')

  const attached = await b.attach('order-1')
  expect(await attached.outcome()).toMatchObject({ value: 'org/b ["b"]' })
  expect(await Array.fromAsync(attached.logs())).toMatchObject([{ text: 'of org/b' }])

  const named = { tenant: 'org/a' }
  expect(await (await b.attach('order-1', named)).outcome()).toMatchObject({ value: 'org/a ["a"]' })
  expect(await b.status('order-1', named)).toMatchObject({ id: 'order-1', tenant: 'org/a', phase: 'over' })
  expect(await b.cancel('order-1', 'late', named)).toBe(false)
  await expect(b.status('order-1', { tenant: 'a\nb' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
})
