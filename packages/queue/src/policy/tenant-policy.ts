import { partialLimitsSchema } from '@isolated-runtime/protocol'
import { z } from 'zod'

const MIB = 1024 * 1024

const positive = z.number().min(1e-6).max(1e9)
const count = z.int().min(1).max(1e9)

const CORDON_NAME = /^[a-zA-Z0-9][\w.-]{0,63}$/
const CORDON_RULE =
  'expected a name of 1 to 64 letters, digits, "_", "." and "-" that begins with a letter or digit'

/** How much a tenant may take of the fleet. What is not given has no bound, unless it says otherwise. */
const caps = {
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
  /** Whether its runs wait until it is resumed; those that are running go on. @default false */
  paused: z.boolean().optional(),
  /** Bytes of its stored bundles, as they are before compression. @default 1 GiB */
  maxBundleBytes: z.int().min(1).max(1e12).optional(),
  /** Schedules that it has, those that are paused or were due for the last time included. @default 1_000 */
  maxSchedules: z.int().min(1).max(100_000).optional(),
}

/** What holds for the runs of a tenant, whatever they ask for. */
const rules = {
  /** Limits that no run gets more of; one that asks for more runs with these. */
  limits: partialLimitsSchema.optional(),
  /**
   * Keeps its runs further apart than executors do by default, never less: `cordon` gives it threads of its own, `tenant`
   * a process, `run` a process for each run.
   */
  isolation: z.enum(['cordon', 'tenant', 'run']).optional(),
  /** Where tenants share processes, whom with: those of the same label. @default 'default' */
  cordon: z.string().regex(CORDON_NAME, CORDON_RULE).optional(),
  /** The npm packages that its bundles may have, as patterns such as `lodash` or `@acme/*`. */
  external: z.array(z.string().min(1)).optional(),
}

export const tenantRulesSchema = z.strictObject(rules)

/** What holds for the runs of a tenant, whatever they ask for. */
export type TenantRules = z.infer<typeof tenantRulesSchema>

/** What a tenant may take of the fleet, and under which conditions. */
export const tenantPolicySchema = z.strictObject({ ...caps, ...rules })

export type TenantPolicy = z.infer<typeof tenantPolicySchema>

/** What holds where neither the tenant's own policy nor the fleet's default says anything. */
export const FALLBACK_POLICY = {
  weight: 1,
  maxQueued: 100_000,
  maxQueuedBytes: 256 * MIB,
  maxBundleBytes: 1_024 * MIB,
  maxSchedules: 1_000,
} as const satisfies Partial<Record<keyof typeof caps, number>>

/** In the order in which Redis is asked for them. */
export const POLICY_FIELDS = Object.keys(caps) as (keyof typeof caps)[]

/** Fields of which Redis holds 1, or nothing for `false`. */
export const POLICY_FLAGS: ReadonlySet<string> = new Set(['paused'])
