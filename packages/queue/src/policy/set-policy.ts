import type { RedisClient } from '../redis/redis-client.ts'
import { REDIS_TIME, setPolicyScript } from '../scripts/gate-scripts.ts'
import { POLICY_FIELDS, type TenantPolicy } from './tenant-policy.ts'
import { escapeName } from '../redis/names.ts'

/**
 * Gives a tenant a policy in place of the one it has, or the fleet its default; what it holds of the old one is let go
 * at once.
 *
 * @param queueKey what all keys of the queue start with
 * @param tenant `undefined` for the default
 * @param now milliseconds since the epoch
 */
export async function setPolicy(
  redis: RedisClient,
  queueKey: string,
  tenant: string | undefined,
  policy: TenantPolicy,
  now: number | typeof REDIS_TIME = REDIS_TIME,
): Promise<void> {
  const fields = POLICY_FIELDS.flatMap((name) => {
    const value = policy[name]
    return value === undefined || value === false ? [] : [name, Number(value)]
  })
  const { limits, isolation, cordon, external } = policy
  const rules = JSON.stringify({ limits, isolation, cordon, external })
  const args = { time: now, tenant: escapeName(tenant ?? ''), rules: rules === '{}' ? '' : rules }
  await setPolicyScript(redis, queueKey, args, fields)
}
