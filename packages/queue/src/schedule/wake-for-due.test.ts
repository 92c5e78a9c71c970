import { useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { TestQueue } from '../fixtures/test-queue.ts'
import { wakeForDue } from './wake-for-due.ts'

const redis = useRedis()

test.for([
  ['is overdue', -60_000, ['0']],
  ['is to come', 60_000, []],
] as const)(
  'whether an executor is woken for a tick that nobody took and that %s',
  async ([, inMs, marker]) => {
    await using queue = await TestQueue.open(redis)
    const { redis: commands } = queue.connection
    const queueKey = `${queue.keyPrefix}:runs-schedules`
    await wakeForDue(commands, queueKey)
    await commands.zadd(`${queueKey}:delayed`, (Date.now() + inMs) * 4_096, 'repeat:acme@tidy:1')
    await wakeForDue(commands, queueKey)
    expect(await commands.zrange(`${queueKey}:marker`, '0', '-1')).toEqual(marker)
  },
)
