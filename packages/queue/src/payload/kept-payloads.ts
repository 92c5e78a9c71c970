import { z } from 'zod'
import type { RedisClient } from '../connection/redis-client.ts'
import { LuaScript } from '../gate/lua-script.ts'
import type { PayloadRef } from './payload-ref.ts'
import type { PayloadStore } from './payload-store.ts'

export interface KeptPayloadsOptions {
  /** What the keys of the queue start with. */
  readonly queueKey: string
  /** How many are kept. */
  readonly most: number
  /** How long one that is too many stays yet, for those who have seen its job, in milliseconds. */
  readonly spareMs: number
}

/**
 * Notes what is kept, and until when. Whose time is over has gone by itself.
 *
 *     KEYS: the set of names · ARGV: name, milliseconds, how many may be kept · gives the names of those that are too many
 */
const noteScript = new LuaScript(`
local AT_ONCE = 1000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- Comes first: a full Redis refuses scripts whose first write may need memory.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
local names = {}
local tooMany = math.min(AT_ONCE, redis.call('ZCARD', KEYS[1]) - ARGV[3])
if tooMany > 0 then
  local popped = redis.call('ZPOPMIN', KEYS[1], tooMany)
  for i = 1, #popped, 2 do names[#names + 1] = popped[i] end
end
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
if last then redis.call('PEXPIREAT', KEYS[1], last) end
return names`)

/**
 * Sees to it that no more outcomes lie beside the jobs of a queue than are to be kept: those that would go first go
 * earlier. BullMQ does the same for the jobs, and does not know of what lies beside them.
 */
export class KeptPayloads {
  readonly #redis: RedisClient
  readonly #store: Pick<PayloadStore, 'expire'>
  readonly #options: KeptPayloadsOptions

  constructor(redis: RedisClient, store: Pick<PayloadStore, 'expire'>, options: KeptPayloadsOptions) {
    this.#redis = redis
    this.#store = store
    this.#options = options
  }

  /** One more is kept, for some milliseconds. */
  async add({ name }: PayloadRef, keepMs: number): Promise<void> {
    const { queueKey, most, spareMs } = this.#options
    const names = await noteScript.run(this.#redis, `${queueKey}:kept`, [name, Math.ceil(keepMs), most])
    const tooMany = z.array(z.string()).parse(names)
    await Promise.all(tooMany.map((each) => this.#store.expire(each, spareMs)))
  }
}
