import { gateKey } from '../redis/keys.ts'
import { escapeName } from '../redis/names.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import { runKeyOf, type RunKey } from '../run/run-key.ts'

const SCAN_COUNT = 1_000

/** The runs of a tenant that are delayed, wait or go on at this moment. */
export async function runsOfTenant(redis: RedisClient, queueKey: string, tenant: string): Promise<RunKey[]> {
  const name = escapeName(tenant)
  const waiting = await redis.zrange(`${gateKey(queueKey, 'line')}:${name}`, '0', '-1')
  const jobIds = new Set(waiting)
  for (const set of ['due', 'flying'] as const) {
    for (const member of await membersOf(redis, gateKey(queueKey, set), `${name}/*`)) {
      jobIds.add(member.slice(name.length + 1))
    }
  }
  return Array.from(jobIds, runKeyOf).filter((key) => key !== undefined)
}

async function membersOf(redis: RedisClient, key: string, pattern: string): Promise<string[]> {
  const members: string[] = []
  let cursor = '0'
  do {
    const [next, found] = await redis.zscan(key, cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT)
    members.push(...found.filter((_, index) => index % 2 === 0))
    cursor = next
  } while (cursor !== '0')
  return members
}
