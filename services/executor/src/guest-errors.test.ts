import { Client } from '@isolated-runtime/client'
import { guestFolder, useRedis } from '@isolated-runtime/testing'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { Executor } from './executor.ts'

const redis = useRedis()

test('what a guest threw comes through the queue whole: causes, errors, properties, lines of its source', async () => {
  const keyPrefix = redis.uniquePrefix()
  await using folder = await guestFolder({
    'rules.ts': `interface Order { total?: number }

export function check(order: Order): void {
  const errors = [new RangeError('low'), { field: 'total' }]
  const cause = Object.assign(new AggregateError(errors, 'two problems'), { code: 'E_ORDER' })
  throw new TypeError('refused', { cause })
}

export function status(): never {
  throw { status: 404 }
}
`,
  })
  const env = { REDIS_URL: redis.url, KEY_PREFIX: keyPrefix, HOST: '127.0.0.1', PORT: '0', CELLS: '1' }
  await using _ = await Executor.start(readConfig(env), pino({ level: 'silent' }))
  await using client = await Client.connect({ redis: redis.url, keyPrefix })
  const rules = client.module<{ check: (order: object) => void; status: () => void }>({
    folder: folder.path,
    file: 'rules.ts',
  })
  await expect(rules.check({})).rejects.toMatchObject({
    code: 'GUEST_ERROR',
    name: 'TypeError',
    stack: 'TypeError: refused\n    at Object.check (/rules.ts:6:9)',
    cause: {
      name: 'AggregateError',
      code: 'E_ORDER',
      stack: expect.stringContaining('(/rules.ts:5:31)'),
      errors: [
        { name: 'RangeError', stack: expect.stringContaining('(/rules.ts:4:19)') },
        { field: 'total' },
      ],
    },
  })
  await expect(rules.status()).rejects.toMatchObject({ thrown: { status: 404 } })
})
