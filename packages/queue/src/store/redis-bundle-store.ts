import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import {
  decodeBundle,
  encodeBundle,
  IsolatedRuntimeError,
  type Bundle,
  type BundleStore,
} from '@isolated-runtime/protocol'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { prolongScript } from '../scripts/key-scripts.ts'
import { bundleKey } from '../redis/keys.ts'
import { DEFAULT_KEY_PREFIX } from '../redis/names.ts'

export interface RedisBundleStoreOptions {
  /** What every key starts with. @default 'isolated-runtime' */
  readonly keyPrefix?: string
  /** How long a bundle that nobody uses is kept, in milliseconds. @default 7 days */
  readonly keepMs?: number
}

const DEFAULT_KEEP_MS = 7 * 24 * 60 * 60_000
/** Above what packing lets through, with room for what compressing may add. */
const MAX_UNPACKED_BYTES = 16 * 1024 * 1024
const MAX_PACKED_BYTES = 17 * 1024 * 1024

const compress: typeof zlib.zstdCompress.__promisify__ = (...args) => promisify(zlib.zstdCompress)(...args)
const decompress: typeof zlib.zstdDecompress.__promisify__ = (...args) =>
  promisify(zlib.zstdDecompress)(...args)

/** Bundles in Redis, compressed, each for as long as it is used. */
export class RedisBundleStore implements BundleStore {
  /** How long a bundle that nobody uses is kept, in milliseconds. */
  readonly keepMs: number
  readonly #connection: RedisConnection
  readonly #keyOf: (id: string) => string

  /** Stores bundles by a connection, which stays the caller's. */
  constructor(connection: RedisConnection, options: RedisBundleStoreOptions = {}) {
    this.#connection = connection
    this.#keyOf = (id) => bundleKey(options.keyPrefix ?? DEFAULT_KEY_PREFIX, id)
    this.keepMs = options.keepMs ?? DEFAULT_KEEP_MS
  }

  /**
   * Keeps a bundle; does nothing but prolong its life if it is there.
   *
   * @param forMs how long at least, in milliseconds
   */
  async put(bundle: Bundle, forMs = 0): Promise<void> {
    if (await this.keep(bundle.id, forMs)) return
    const packed = await compress(encodeBundle(bundle))
    const stored = await this.#connection.ask(`storing bundle "${bundle.id}"`, (redis) =>
      redis.set(this.#keyOf(bundle.id), packed, 'PX', Math.max(forMs, this.keepMs), 'NX'),
    )
    // Somebody else was faster, and may want it for a shorter time.
    if (stored === null) await this.keep(bundle.id, forMs)
  }

  /**
   * Sees to it that a bundle is kept for a time from now on, and for {@link keepMs} at least.
   *
   * @returns whether it is there
   */
  async keep(id: string, forMs = 0): Promise<boolean> {
    const there = await this.#connection.ask(`looking for bundle "${id}"`, (redis) =>
      prolongScript(redis, this.#keyOf(id), { forMs: Math.max(forMs, this.keepMs) }),
    )
    return there === 1
  }

  async get(id: string): Promise<Bundle | undefined> {
    const key = this.#keyOf(id)
    // No more is read than any bundle has, whatever somebody may have stored.
    const reading = this.#connection.ask(`reading bundle "${id}"`, (redis) =>
      redis.getrangeBuffer(key, 0, MAX_PACKED_BYTES),
    )
    const [packed] = await Promise.all([reading, this.keep(id)])
    return packed.length === 0 ? undefined : decodeBundle(await unpack(packed, id), id)
  }

  async has(id: string): Promise<boolean> {
    const found = await this.#connection.ask(`looking for bundle "${id}"`, (redis) =>
      redis.exists(this.#keyOf(id)),
    )
    return found === 1
  }
}

async function unpack(packed: Buffer, id: string): Promise<string> {
  try {
    return (await decompress(packed, { maxOutputLength: MAX_UNPACKED_BYTES })).toString('utf8')
  } catch (cause) {
    throw new IsolatedRuntimeError('BUNDLE_CORRUPT', `Bundle "${id}" was read, but cannot be unpacked`, {
      cause,
    })
  }
}
