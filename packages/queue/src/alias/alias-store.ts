import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import type { RedisConnection } from '../redis/redis-connection.ts'
import type { RedisBundleStore } from '../store/redis-bundle-store.ts'
import { parseHistory, type AliasMove } from './alias-history.ts'
import { moveAliasScript } from '../scripts/bundle-scripts.ts'
import { aliasesKey } from '../redis/keys.ts'
import { DEFAULT_KEY_PREFIX } from '../redis/names.ts'

/** Whose alias, and which: its full name, such as `pricing@live`. */
export interface AliasKey {
  readonly tenant: string
  readonly alias: string
}

export interface MoveAliasOptions {
  readonly bundle: string
  /** Who moves it. */
  readonly by: string
}

export interface RollbackAliasOptions {
  /** A bundle of the history. @default the one before the current */
  readonly to?: string | undefined
  readonly by: string
}

/** How many moves of an alias are remembered, and their bundles kept. */
const MAX_MOVES = 20
/** How long an alias that is neither moved nor used keeps its bundles. */
const KEEP_MS = 100 * 24 * 60 * 60_000
/** Each attempt that fails is a move of somebody else that succeeded, and nobody moves one alias so often at a time. */
const MAX_ATTEMPTS = 200
const MAX_NAMES_TOLD = 10

/** Names for bundles, each tenant's its own, that can be moved from one bundle to the next. */
export class AliasStore {
  readonly #connection: RedisConnection
  readonly #bundles: RedisBundleStore
  readonly #keyOf: (tenant: string) => string

  /** Stores aliases by a connection, which stays the caller's. */
  constructor(
    connection: RedisConnection,
    bundles: RedisBundleStore,
    { keyPrefix = DEFAULT_KEY_PREFIX }: { readonly keyPrefix?: string | undefined } = {},
  ) {
    this.#connection = connection
    this.#bundles = bundles
    this.#keyOf = (tenant) => aliasesKey(keyPrefix, tenant)
  }

  /**
   * Moves an alias to a bundle, making it if need be; does nothing if it is there already.
   *
   * @throws `BUNDLE_NOT_FOUND`
   */
  async move(key: AliasKey, options: MoveAliasOptions): Promise<AliasMove> {
    const [current] = (await this.#move(key, options)) ?? []
    if (current) return current
    throw new IsolatedRuntimeError('INTERNAL', `Alias "${key.alias}" was moved, but has no history`)
  }

  /**
   * Moves an alias back to a bundle that it had before.
   *
   * @throws `ALIAS_NOT_FOUND`; `INVALID_REQUEST` when it never had another bundle; `BUNDLE_NOT_FOUND` when that is no
   *   longer stored
   */
  async rollback(key: AliasKey, { to, by }: RollbackAliasOptions): Promise<AliasMove> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const newest = await this.#read(key)
      const history = parseHistory(key.alias, newest)
      const target = to === undefined ? history[1] : history.find(({ bundle }) => bundle === to)
      if (target === undefined) throw noWayBack(key, to)
      const line = newest.split('\n')[0]
      const [moved] = (await this.#move(key, { bundle: target.bundle, by }, line)) ?? []
      if (moved) return moved
    }
    throw new IsolatedRuntimeError(
      'INTERNAL',
      `Alias "${key.alias}" was moved by others ${MAX_ATTEMPTS} times while it was rolled back`,
    )
  }

  /** The moves of an alias that are remembered, newest first. @throws `ALIAS_NOT_FOUND` */
  async history(key: AliasKey): Promise<AliasMove[]> {
    return parseHistory(key.alias, await this.#read(key))
  }

  /** Every alias of a tenant as it is now, by name. */
  async list(tenant: string): Promise<AliasMove[]> {
    const histories = await this.#connection.ask(`listing the aliases of tenant "${tenant}"`, (redis) =>
      redis.hgetall(this.#keyOf(tenant)),
    )
    return Object.entries(histories)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([alias, history]) => parseHistory(alias, history).slice(0, 1))
  }

  /** Forgets an alias with its history; its bundles stay for as long as they are used. @returns whether it was there */
  async remove({ tenant, alias }: AliasKey): Promise<boolean> {
    const removed = await this.#connection.ask(`removing alias "${alias}"`, (redis) =>
      redis.hdel(this.#keyOf(tenant), alias),
    )
    return removed === 1
  }

  /** Keeps the bundles of a history from expiring. */
  async keep(history: readonly AliasMove[]): Promise<void> {
    const bundles = new Set(history.map(({ bundle }) => bundle))
    await Promise.all(Array.from(bundles, (id) => this.#bundles.keep(id, KEEP_MS)))
  }

  /** @returns `undefined` if the newest move is another than `newest` */
  async #move(
    { tenant, alias }: AliasKey,
    { bundle, by }: MoveAliasOptions,
    newest = '',
  ): Promise<AliasMove[] | undefined> {
    if (!(await this.#bundles.keep(bundle, KEEP_MS))) throw bundleGone(alias, bundle)
    const history = await this.#connection.ask(`moving alias "${alias}"`, (redis) =>
      moveAliasScript(redis, this.#keyOf(tenant), { alias, bundle, by, expected: newest, most: MAX_MOVES }),
    )
    return history === null ? undefined : parseHistory(alias, history)
  }

  async #read({ tenant, alias }: AliasKey): Promise<string> {
    const history = await this.#connection.ask(`looking for alias "${alias}"`, (redis) =>
      redis.hget(this.#keyOf(tenant), alias),
    )
    if (history !== null) return history
    const names = await this.#connection.ask('looking for aliases', (redis) =>
      redis.hkeys(this.#keyOf(tenant)),
    )
    throw notFound({ tenant, alias }, names.toSorted())
  }
}

function notFound({ tenant, alias }: AliasKey, names: readonly string[]): IsolatedRuntimeError {
  const told = names.slice(0, MAX_NAMES_TOLD).map((name) => `"${name}"`)
  const more = names.length > told.length ? ` and ${names.length - told.length} more` : ''
  const there = told.length === 0 ? 'it has none' : `it has ${told.join(', ')}${more}`
  return new IsolatedRuntimeError('ALIAS_NOT_FOUND', `Tenant "${tenant}" has no alias "${alias}"; ${there}`)
}

function noWayBack({ alias }: AliasKey, to: string | undefined): IsolatedRuntimeError {
  const why =
    to === undefined
      ? 'it never had another bundle'
      : `bundle "${to}" is not among its last ${MAX_MOVES}; move it there instead`
  return new IsolatedRuntimeError('INVALID_REQUEST', `Alias "${alias}" cannot be rolled back: ${why}`)
}

function bundleGone(alias: string, bundle: string): IsolatedRuntimeError {
  return new IsolatedRuntimeError(
    'BUNDLE_NOT_FOUND',
    `Alias "${alias}" cannot be moved to bundle "${bundle}": it is not stored; deploy its folder first`,
  )
}
