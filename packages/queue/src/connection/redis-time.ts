import { z } from 'zod'
import { LuaScript } from '../gate/lua-script.ts'
import type { RedisClient } from './redis-client.ts'

const timeScript = new LuaScript(`
local time = redis.call('TIME')
return time[1] * 1000 + math.floor(time[2] / 1000)`)

/**
 * What time it is at Redis, in milliseconds since the epoch.
 *
 * @param key in a cluster, the nodes may have different times: this is that of the node that has this key
 */
export async function redisTime(redis: RedisClient, key: string): Promise<number> {
  return z.int().parse(await timeScript.run(redis, key, []))
}
