import { hostname } from 'node:os'
import {
  aliasSchema,
  bundleIdSchema,
  bundleReferenceSchema,
  isBundleId,
  parse,
  tenantSchema,
  toAlias,
} from '@isolated-runtime/protocol'
import type { AliasCache, AliasKey, AliasMove, AliasStore } from '@isolated-runtime/queue'
import { z } from 'zod'

/** Whose alias it is. */
export interface AliasOptions {
  /** @default the client's tenant */
  readonly tenant?: string
}

export interface MoveAliasOptions extends AliasOptions {
  /** Who moves it, for the history; up to 128 characters. @default the name of this machine */
  readonly by?: string
}

export interface RollbackAliasOptions extends MoveAliasOptions {
  /** The id of a bundle that the alias had. @default the one it had before */
  readonly to?: string
}

const tenant = tenantSchema.optional()
/** Who moves an alias. */
export const bySchema = z
  .string()
  .min(1)
  .max(128)
  .default(() => hostname())
const optionsSchema = z.strictObject({ tenant })
const moveSchema = z.strictObject({ tenant, by: bySchema })
const rollbackSchema = z.strictObject({ tenant, by: bySchema, to: bundleIdSchema.optional() })

/**
 * Names for bundles, each tenant's its own. An alias has a label after `@`, `live` unless said otherwise: `pricing` is
 * `pricing@live`. Moving one is atomic; the last 20 moves are remembered.
 *
 * Every method throws `INVALID_REQUEST` for what is malformed, and `REDIS_UNREACHABLE`.
 */
export class Aliases {
  readonly #store: AliasStore
  readonly #cache: AliasCache
  readonly #tenant: string

  constructor(store: AliasStore, cache: AliasCache, ofTenant: string) {
    this.#store = store
    this.#cache = cache
    this.#tenant = ofTenant
  }

  /**
   * Moves an alias to a bundle that is deployed, making it if need be; does nothing if it is there. This client's next
   * run uses it, other clients' within a second.
   *
   * @param bundle its id, or an alias of the same tenant: the bundle that it is at now
   * @throws `BUNDLE_NOT_FOUND`, or `ALIAS_NOT_FOUND` for the alias to go to
   */
  async move(alias: string, bundle: string, options: MoveAliasOptions = {}): Promise<AliasMove> {
    const { by, ...given } = parseOptions(moveSchema, options)
    const to = parse(bundleReferenceSchema, bundle, 'name of a bundle', 'INVALID_REQUEST')
    const key = this.#keyOf(alias, given.tenant)
    const id = isBundleId(to) ? to : await this.#bundleOf({ ...key, alias: toAlias(to) })
    return this.#moved(key, this.#store.move(key, { bundle: id, by }))
  }

  /**
   * Moves an alias back to the bundle it had before. That is a move as well: a second rollback takes the first back.
   *
   * @throws `ALIAS_NOT_FOUND`; `INVALID_REQUEST` when there is nothing to go back to; `BUNDLE_NOT_FOUND`
   */
  async rollback(alias: string, options: RollbackAliasOptions = {}): Promise<AliasMove> {
    const { by, to, ...given } = parseOptions(rollbackSchema, options)
    const key = this.#keyOf(alias, given.tenant)
    return this.#moved(key, this.#store.rollback(key, { by, to }))
  }

  /** The last 20 moves of an alias, newest first; the first is where it is. @throws `ALIAS_NOT_FOUND` */
  async history(alias: string, options: AliasOptions = {}): Promise<AliasMove[]> {
    return this.#store.history(this.#keyOf(alias, parseOptions(optionsSchema, options).tenant))
  }

  /** The last move of every alias of the tenant, by name. */
  async list(options: AliasOptions = {}): Promise<AliasMove[]> {
    const given = parseOptions(optionsSchema, options)
    return this.#store.list(given.tenant ?? this.#tenant)
  }

  /** Forgets an alias and its history; `false` if there is none. Its bundles stay for as long as they are used. */
  async remove(alias: string, options: AliasOptions = {}): Promise<boolean> {
    const key = this.#keyOf(alias, parseOptions(optionsSchema, options).tenant)
    return this.#moved(key, this.#store.remove(key))
  }

  /** Not by the cache: what is released is what the other alias is at now. */
  async #bundleOf(key: AliasKey): Promise<string> {
    const [newest] = await this.#store.history(key)
    return newest?.bundle ?? ''
  }

  async #moved<T>(key: AliasKey, moving: Promise<T>): Promise<T> {
    try {
      return await moving
    } finally {
      // Also when nobody knows whether it was moved.
      this.#cache.forget(key)
    }
  }

  #keyOf(alias: string, ofTenant: string | undefined): AliasKey {
    return {
      tenant: ofTenant ?? this.#tenant,
      alias: parse(aliasSchema, alias, 'name of an alias', 'INVALID_REQUEST'),
    }
  }
}

function parseOptions<S extends z.ZodType>(schema: S, options: unknown): z.output<S> {
  return parse(schema, options, 'alias options', 'INVALID_REQUEST')
}
