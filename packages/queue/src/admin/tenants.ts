import { parse, parseJson, tenantSchema } from '@isolated-runtime/protocol'
import { z } from 'zod'
import { REDIS_TIME } from '../scripts/gate-scripts.ts'
import { pauseTenantScript } from '../scripts/gate-scripts.ts'
import { redisTimeScript } from '../scripts/key-scripts.ts'
import { gateKey, policyKey, queueKeyOf, usageKey } from '../redis/keys.ts'
import { tenantsOfQueue, type TenantSummary } from './tenants-of-queue.ts'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { Shards, type ShardsOptions } from '../shard/shards.ts'
import { setPolicy } from '../policy/set-policy.ts'
import {
  FALLBACK_POLICY,
  POLICY_FIELDS,
  POLICY_FLAGS,
  tenantPolicySchema,
  tenantRulesSchema,
  type TenantPolicy,
} from '../policy/tenant-policy.ts'
import { escapeName } from '../redis/names.ts'

/** What a tenant used in one hour; every run is counted once, in the hour in which it was over. */
export interface TenantUsage {
  /** When the hour began. */
  readonly hour: Date
  readonly runs: number
  /** How many runs ended in which way: the statuses of outcomes, and `trouble` or `lost` for those without one. */
  readonly byStatus: Readonly<Record<string, number>>
  readonly cpuSeconds: number
  /** CPU time of starts of threads and processes that its runs caused, most of them by ruining others. */
  readonly startCpuSeconds: number
  readonly wallSeconds: number
  /** Arguments and context, as JSON. */
  readonly bytesIn: number
  /** Results, as JSON. */
  readonly bytesOut: number
}

const HOUR_MS = 3_600_000
/** As long as Redis keeps them. */
const MAX_HOURS = 40 * 24

const usageOptionsSchema = z.strictObject({ hours: z.int().min(1).max(MAX_HOURS).default(24) })

/** A policy with what holds where it says nothing. */
export type EffectivePolicy = TenantPolicy & { readonly [name in keyof typeof FALLBACK_POLICY]: number }

/** The policies of tenants, and what tenants used. A change holds from the next decision of the queue on. */
export class Tenants {
  readonly #connection: RedisConnection
  readonly #keyPrefix: string
  readonly #shards: Shards

  /** @throws `INVALID_OPTIONS` */
  constructor(connection: RedisConnection, options: ShardsOptions) {
    this.#connection = connection
    this.#keyPrefix = options.keyPrefix
    this.#shards = new Shards(options, connection.isCluster)
  }

  /** Gives a tenant a policy in place of the one it has; `{}` leaves it with the fleet's default. */
  async set(tenant: string, policy: TenantPolicy): Promise<void> {
    const name = parse(tenantSchema, tenant, 'tenant', 'INVALID_REQUEST')
    await this.#set(name, policy)
  }

  /** Gives the fleet a policy for what the policies of tenants leave open. */
  async setDefault(policy: TenantPolicy): Promise<void> {
    await this.#set(undefined, policy)
  }

  /** The policy a tenant was given; `{}` for none. */
  async get(tenant: string): Promise<TenantPolicy> {
    const name = parse(tenantSchema, tenant, 'tenant', 'INVALID_REQUEST')
    return this.#get(name)
  }

  async getDefault(): Promise<TenantPolicy> {
    return this.#get('')
  }

  /** The policy that holds for a tenant: its own, the default where that says nothing, and what holds without either. */
  async effective(tenant: string): Promise<EffectivePolicy> {
    const [everybodys, own] = await Promise.all([this.getDefault(), this.get(tenant)])
    const limits = { ...everybodys.limits, ...own.limits }
    return { ...FALLBACK_POLICY, ...everybodys, ...own, limits }
  }

  /**
   * Lets the runs of a tenant wait until it is resumed; those that are running go on. Runs that wait longer than their
   * `expiresInMs` end as `RUN_EXPIRED`. Its policy then has `paused: true`.
   */
  async pause(tenant: string): Promise<void> {
    await this.#pause(tenant, true)
  }

  /** Lets the runs of a tenant start again. */
  async resume(tenant: string): Promise<void> {
    await this.#pause(tenant, false)
  }

  /**
   * The tenants that have runs or a policy, or used something in the last 40 days, in the order of their names. It reads
   * the names of all keys in Redis, some thousands at a time: for a page of an operator, not for each request.
   */
  async list(): Promise<TenantSummary[]> {
    return this.#connection.ask('listing tenants', async (redis) => {
      const lists = await Promise.all(this.#queueKeys.map((key) => tenantsOfQueue(redis, key)))
      return lists.flat().toSorted((one, other) => (one.tenant < other.tenant ? -1 : 1))
    })
  }

  /** What a tenant used in each of the last hours in which it used something, this one included; the latest first. */
  async usage(tenant: string, options: { readonly hours?: number } = {}): Promise<TenantUsage[]> {
    const name = parse(tenantSchema, tenant, 'tenant', 'INVALID_REQUEST')
    const { hours } = parse(usageOptionsSchema, options, 'options of usage', 'INVALID_REQUEST')
    const replies = await this.#connection.ask(`reading the usage of tenant "${name}"`, async (redis) => {
      const thisHour = Math.floor((await redisTimeScript(redis, this.#queueKeyOf(name), {})) / HOUR_MS)
      const numbers = Array.from({ length: hours }, (_, ago) => thisHour - ago)
      const fields = await Promise.all(
        numbers.map((hour) => redis.hgetall(usageKey(this.#queueKeyOf(name), name, hour))),
      )
      return numbers.map((hour, at) => ({ hour, fields: fields[at] ?? {} }))
    })
    return replies.flatMap(({ hour, fields }) =>
      Object.keys(fields).length === 0 ? [] : [usageOf(hour, fields)],
    )
  }

  async #pause(tenant: string, isPaused: boolean): Promise<void> {
    const name = parse(tenantSchema, tenant, 'tenant', 'INVALID_REQUEST')
    const args = { time: REDIS_TIME, tenant: escapeName(name), paused: Number(isPaused) }
    await this.#connection.ask(`${isPaused ? 'pausing' : 'resuming'} tenant "${name}"`, (redis) =>
      pauseTenantScript(redis, this.#queueKeyOf(name), args),
    )
  }

  async #set(tenant: string | undefined, given: TenantPolicy): Promise<void> {
    const policy = parse(tenantPolicySchema, given, 'policy of a tenant', 'INVALID_REQUEST')
    const keys = tenant === undefined ? this.#queueKeys : [this.#queueKeyOf(tenant)]
    await this.#connection.ask('setting the policy of a tenant', (redis) =>
      Promise.all(keys.map((key) => setPolicy(redis, key, tenant, policy))),
    )
  }

  async #get(tenant: string): Promise<TenantPolicy> {
    const key = this.#queueKeyOf(tenant)
    const [values, rules] = await this.#connection.ask('reading the policy of a tenant', (redis) =>
      Promise.all([
        redis.hmget(policyKey(key, tenant === '' ? undefined : tenant), ...POLICY_FIELDS),
        redis.hget(gateKey(key, 'rules'), escapeName(tenant)),
      ]),
    )
    const given = POLICY_FIELDS.flatMap((field, at) => {
      const value = values[at]
      return value === null || value === undefined ? [] : [[field, POLICY_FLAGS.has(field) || Number(value)]]
    })
    const what = 'stored policy of a tenant'
    const own = rules === null ? {} : parseJson(tenantRulesSchema, rules, what, 'INVALID_MESSAGE')
    return parse(tenantPolicySchema, { ...Object.fromEntries(given), ...own }, what, 'INVALID_MESSAGE')
  }

  /** The fleet's default is on every shard, and read from any. */
  get #queueKeys(): string[] {
    return this.#shards.queueNames.map((name) => queueKeyOf(this.#keyPrefix, name))
  }

  #queueKeyOf(tenant: string): string {
    return queueKeyOf(this.#keyPrefix, this.#shards.queueNameOf(tenant))
  }
}

function usageOf(hour: number, fields: Readonly<Record<string, string>>): TenantUsage {
  const {
    cpuUs = 0,
    startUs = 0,
    wallUs = 0,
    bytesIn = 0,
    bytesOut = 0,
    ...byStatus
  } = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Number(value)]))
  return {
    hour: new Date(hour * HOUR_MS),
    runs: Object.values(byStatus).reduce((sum, runs) => sum + runs, 0),
    byStatus,
    cpuSeconds: cpuUs / 1_000_000,
    startCpuSeconds: startUs / 1_000_000,
    wallSeconds: wallUs / 1_000_000,
    bytesIn,
    bytesOut,
  }
}
