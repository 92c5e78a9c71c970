import { z } from 'zod'

const MIB = 1024 * 1024

const positive = z.number().min(1e-6).max(1e9)
const count = z.int().min(1).max(1e9)

/** What a tenant may take of the fleet. What is not given has no bound, unless it says otherwise. */
export const tenantPolicySchema = z.strictObject({
  /** Its share beside other busy tenants: 4 gets four times as many runs as 1. @default 1 */
  weight: z.number().min(0.001).max(1_000).optional(),
  /** Runs at once, over the whole fleet. */
  maxConcurrent: count.optional(),
  /** Runs started a second, in the long run. */
  runsPerSecond: positive.optional(),
  /** Runs that may start at once after a rest. @default one second's worth, at least 1 */
  burst: count.optional(),
  /** Runs that may wait. @default 100_000 */
  maxQueued: count.optional(),
  /** Bytes of the messages of runs that wait. @default 256 MiB */
  maxQueuedBytes: count.optional(),
  /** CPU time a minute, in milliseconds; a tenant that has used more waits until it is paid off. */
  cpuMsPerMinute: positive.optional(),
})

export type TenantPolicy = z.infer<typeof tenantPolicySchema>

/** What holds where neither the tenant's own policy nor the fleet's default says anything. */
export const FALLBACK_POLICY = {
  weight: 1,
  maxQueued: 100_000,
  maxQueuedBytes: 256 * MIB,
} as const satisfies TenantPolicy

/** In the order in which Redis is asked for them. */
export const POLICY_FIELDS = Object.keys(tenantPolicySchema.shape) as (keyof TenantPolicy)[]
