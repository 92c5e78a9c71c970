import { usageSchema, type RunMessage } from '@isolated-runtime/protocol'
import { RedisConnection, RunTaker } from '@isolated-runtime/queue'
import { useRedis } from '@isolated-runtime/testing'
import { expect, expectTypeOf, test } from 'vitest'
import { Client } from './client.ts'

const redis = useRedis()

/** What a guest's file might export. */
interface Rules {
  discount(order: { total: number }, year?: number): number
  dueAt(): Date
}

test('module() has runs called by names, each a run of its own', async () => {
  const keyPrefix = redis.uniquePrefix()
  const messages: RunMessage[] = []
  await using connection = await RedisConnection.open({ redis: redis.url })
  const taker = RunTaker.start(connection, {
    executor: 'e',
    slots: 2,
    keyPrefix,
    handle: async (message) => {
      messages.push(message)
      return { status: 'succeeded', valueJson: '7', logs: [], logsDropped: 0, usage: usageSchema.parse({}) }
    },
  })
  try {
    await taker.ready()
    await using client = await Client.connect({ redis: redis.url, keyPrefix, tenant: 'acme' })
    const bundle = `sha256-${'0'.repeat(64)}`
    const rules = client.module<Rules>({ bundle, file: 'rules.ts', limits: { timeoutMs: 9 }, realm: 'warm' })
    const saved = await rules.discount({ total: 1 }, 2026)
    expectTypeOf(saved).toEqualTypeOf<number>()
    expect(saved).toBe(7)
    await rules.discount({ total: 2 })
    // @ts-expect-error -- a Date would arrive as text
    await rules.dueAt()
    const named = { bundle, file: 'rules.ts', id: 'one' }
    expect(() => client.module(named)).toThrow('"id"')
  } finally {
    await taker.close({ graceMs: 0 })
  }
  const common = { file: '/rules.ts', realm: 'warm', limits: { timeoutMs: 9 } }
  const callOf = (funcName: string, argsJson: string) => ({
    tenant: 'acme',
    call: { ...common, funcName, work: { kind: 'call', argsJson } },
  })
  expect(messages).toMatchObject([
    callOf('discount', '[{"total":1},2026]'),
    callOf('discount', '[{"total":2}]'),
    callOf('dueAt', '[]'),
  ])
  expect(new Set(messages.map(({ id }) => id)).size).toBe(3)
})
