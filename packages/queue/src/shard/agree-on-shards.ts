import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import type { RedisConnection } from '../redis/redis-connection.ts'
import type { ShardsOptions } from './shards.ts'
import { shardsKey } from '../redis/keys.ts'

/**
 * Sees to it that all clients and executors of a queue count the same shards: the first one writes the number down.
 *
 * @throws `INVALID_OPTIONS` when it is another, or `REDIS_UNREACHABLE`
 */
export async function agreeOnShards(connection: RedisConnection, options: ShardsOptions): Promise<void> {
  const { keyPrefix, queueName, shards = 1 } = options
  const key = shardsKey(keyPrefix, queueName)
  const there = await connection.ask('asking for the number of shards', async (redis) => {
    // A full Redis answers questions, but takes nothing new.
    const known = await redis.get(key)
    if (known !== null) return known
    await redis.set(key, shards, 'NX')
    return redis.get(key)
  })
  if (there === String(shards)) return
  throw new IsolatedRuntimeError(
    'INVALID_OPTIONS',
    `Queue "${queueName}" has ${there} shards, and ${shards} were asked for here; ask for ${there}, or let the queue ` +
      `run empty, stop all clients and executors, remove the key "${key}", and start them with ${shards}`,
  )
}
