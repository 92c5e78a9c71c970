import {
  bundlesOfKey,
  DEFAULT_KEY_PREFIX,
  IsolatedRuntimeError,
  type Bundle,
} from '@isolated-runtime/protocol'
import { z } from 'zod'
import type { RedisConnection } from '../connection/redis-connection.ts'
import { LuaScript } from '../gate/lua-script.ts'

export interface CountOptions {
  /** What all bundles of the tenant may come to. */
  readonly maxBytes: number
  /** How long the bundle is kept from now on, in milliseconds. */
  readonly forMs: number
}

/**
 * A hash for each tenant holds what each of its bundles comes to, and until when: "time:bytes".
 *
 *     KEYS: the hash · ARGV: id, bytes, milliseconds, most bytes · gives 1 if it is counted, and what the others come to
 */
const countScript = new LuaScript(`
local id, bytes, forMs, most = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local others, keptUntil, last = 0, nil, now + forMs
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local until_, size = string.match(entries[i + 1], '^(%d+):(%d+)$')
  if tonumber(until_) <= now then
    redis.call('HDEL', KEYS[1], entries[i])
  else
    last = math.max(last, tonumber(until_))
    if entries[i] == id then keptUntil = tonumber(until_) else others = others + tonumber(size) end
  end
end
if not keptUntil and others + bytes > most then return { 0, others } end
redis.call('HSET', KEYS[1], id, string.format('%.0f:%.0f', math.max(keptUntil or 0, now + forMs), bytes))
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', last))
return { 1, others }`)

const replySchema = z.tuple([z.union([z.literal(0), z.literal(1)]), z.number()])

/** Counts what the stored bundles of each tenant come to; a bundle of two tenants counts for both. */
export class BundleQuota {
  readonly #connection: RedisConnection
  readonly #keyOf: (tenant: string) => string

  constructor(
    connection: RedisConnection,
    { keyPrefix = DEFAULT_KEY_PREFIX }: { keyPrefix?: string | undefined },
  ) {
    this.#connection = connection
    this.#keyOf = (tenant) => bundlesOfKey(keyPrefix, tenant)
  }

  /**
   * Counts a bundle for a tenant; one that is counted already stays so, whatever the cap has become.
   *
   * @throws `TENANT_STORAGE_FULL` with the figures
   */
  async count(
    tenant: string,
    { id, bytes }: Pick<Bundle, 'id' | 'bytes'>,
    options: CountOptions,
  ): Promise<void> {
    const { maxBytes, forMs } = options
    const reply = await this.#connection.ask(`counting the bundles of tenant "${tenant}"`, (redis) =>
      countScript.run(redis, this.#keyOf(tenant), [id, bytes, forMs, maxBytes]),
    )
    const [isCounted, others] = replySchema.parse(reply)
    if (isCounted === 1) return
    throw new IsolatedRuntimeError(
      'TENANT_STORAGE_FULL',
      `The bundles of tenant "${tenant}" come to ${others} bytes, its cap "maxBundleBytes" is ${maxBytes}: there is no room for ${bytes} more until some have not been used for long`,
    )
  }
}
