import { Cluster } from 'ioredis'
import { gateKey } from '../redis/keys.ts'
import type { RedisClient } from '../redis/redis-client.ts'

/** A tenant as it is at this moment. */
export interface TenantSummary {
  readonly tenant: string
  /** Runs that wait or are delayed. */
  readonly waiting: number
  /** Runs that executors have or are about to get. */
  readonly running: number
  readonly isPaused: boolean
}

const SCAN_COUNT = 5_000

/** The tenants of one queue: those with runs, with a policy, or with usage that is still kept. */
export async function tenantsOfQueue(redis: RedisClient, queueKey: string): Promise<TenantSummary[]> {
  const policies = `${gateKey(queueKey, 'policy')}:`
  const usages = `${gateKey(queueKey, 'usage')}:`
  const [waiting, running, rules, withPolicy, withUsage] = await Promise.all([
    redis.hgetall(gateKey(queueKey, 'queued')),
    redis.hgetall(gateKey(queueKey, 'running')),
    redis.hkeys(gateKey(queueKey, 'rules')),
    namesAfter(redis, policies),
    namesAfter(redis, usages),
  ])
  const usedLately = withUsage.map((name) => name.slice(0, name.lastIndexOf(':')))
  const names = new Set([
    ...Object.keys(waiting),
    ...Object.keys(running),
    ...rules.filter((name) => name !== ''),
    ...withPolicy,
    ...usedLately,
  ])
  const paused = await Promise.all(Array.from(names, (name) => redis.hget(`${policies}${name}`, 'paused')))
  return Array.from(names, (name, index) => ({
    tenant: decodeURIComponent(name),
    waiting: Number(waiting[name] ?? 0),
    running: Number(running[name] ?? 0),
    isPaused: paused[index] === '1',
  }))
}

/** What follows a prefix in the names of all keys. */
async function namesAfter(redis: RedisClient, prefix: string): Promise<string[]> {
  const pattern = `${prefix.replaceAll(/[*?[\]\\]/g, String.raw`\$&`)}*`
  const names: string[] = []
  for (const node of redis instanceof Cluster ? redis.nodes('master') : [redis]) {
    let cursor = '0'
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT)
      for (const key of keys) names.push(key.slice(prefix.length))
      cursor = next
    } while (cursor !== '0')
  }
  return names
}
