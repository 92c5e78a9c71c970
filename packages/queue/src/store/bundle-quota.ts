import { IsolatedRuntimeError, type Bundle } from '@isolated-runtime/protocol'
import { countBundleScript } from '../scripts/bundle-scripts.ts'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { bundlesOfKey } from '../redis/keys.ts'
import { DEFAULT_KEY_PREFIX } from '../redis/names.ts'

export interface CountOptions {
  /** What all bundles of the tenant may come to. */
  readonly maxBytes: number
  /** How long the bundle is kept from now on, in milliseconds. */
  readonly forMs: number
}

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
    const [isCounted, others] = await this.#connection.ask(
      `counting the bundles of tenant "${tenant}"`,
      (redis) => countBundleScript(redis, this.#keyOf(tenant), { id, bytes, forMs, most: maxBytes }),
    )
    if (isCounted === 1) return
    throw new IsolatedRuntimeError(
      'TENANT_STORAGE_FULL',
      `The bundles of tenant "${tenant}" come to ${others} bytes, its cap "maxBundleBytes" is ${maxBytes}: there is no room for ${bytes} more until some have not been used for long`,
    )
  }
}
