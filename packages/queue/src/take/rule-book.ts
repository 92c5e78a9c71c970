import { parseJson } from '@isolated-runtime/protocol'
import type { RedisClient } from '../redis/redis-client.ts'
import { tenantRulesSchema, type TenantRules } from '../policy/tenant-policy.ts'
import type { Logger } from '../logger.ts'
import { gateKey } from '../redis/keys.ts'
import { escapeName } from '../redis/names.ts'

/** Whose rules hold for everybody, where a tenant's own say nothing. */
const EVERYBODY = ''

/** The rules of all tenants that have any, read again when they have changed. */
export class RuleBook {
  readonly #redis: RedisClient
  readonly #key: string
  readonly #logger: Logger
  readonly #firstRead = Promise.withResolvers<void>()
  #version: number | undefined
  #rules: ReadonlyMap<string, TenantRules> = new Map()

  /** @param queueKey what all keys of the queue start with */
  constructor(redis: RedisClient, queueKey: string, logger: Logger) {
    this.#redis = redis
    this.#key = gateKey(queueKey, 'rules')
    this.#logger = logger
  }

  /** Reads the rules unless this version was read already. */
  async refresh(version: number): Promise<void> {
    if (version === this.#version) return
    const found = version === 0 ? {} : await this.#redis.hgetall(this.#key)
    this.#rules = new Map(Object.entries(found).flatMap(([tenant, json]) => this.#parse(tenant, json)))
    this.#version = version
    this.#firstRead.resolve()
  }

  /** What holds for a tenant; waits until the rules are known. */
  async of(tenant: string): Promise<TenantRules> {
    if (this.#version === undefined) await this.#firstRead.promise
    const own = this.#rules.get(escapeName(tenant))
    const everybodys = this.#rules.get(EVERYBODY)
    return { ...everybodys, ...own, limits: { ...everybodys?.limits, ...own?.limits } }
  }

  #parse(tenant: string, json: string): [string, TenantRules][] {
    try {
      return [[tenant, parseJson(tenantRulesSchema, json, `rules of tenant "${tenant}"`, 'INVALID_MESSAGE')]]
    } catch (error) {
      // Only whoever writes to Redis by hand gets here; the other tenants are not to suffer for it.
      this.#logger.error(
        { event: 'policy.unreadable', err: error, tenant },
        'The policy of a tenant is unreadable; the defaults apply',
      )
      return []
    }
  }
}
