import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import {
  bundleKey,
  decodeBundle,
  DEFAULT_KEY_PREFIX,
  encodeBundle,
  IsolatedRuntimeError,
  type Bundle,
  type BundleStore,
} from '@isolated-runtime/protocol'
import type { RedisConnection } from '../connection/redis-connection.ts'

export interface RedisBundleStoreOptions {
  /** What every key starts with. @default 'isolated-runtime' */
  readonly keyPrefix?: string
  /** How long a bundle that nobody puts or gets is kept, in milliseconds. @default 7 days */
  readonly keepMs?: number
}

const DEFAULT_KEEP_MS = 7 * 24 * 60 * 60_000
/** What is stored is small; what it unpacks to must not be a bomb. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** Bundles in Redis, compressed, each for as long as it is used. */
export class RedisBundleStore implements BundleStore {
  readonly #connection: RedisConnection
  readonly #keyOf: (id: string) => string
  readonly #keepMs: number

  /** Stores bundles by a connection, which stays the caller's. */
  constructor(connection: RedisConnection, options: RedisBundleStoreOptions = {}) {
    this.#connection = connection
    this.#keyOf = (id) => bundleKey(options.keyPrefix ?? DEFAULT_KEY_PREFIX, id)
    this.#keepMs = options.keepMs ?? DEFAULT_KEEP_MS
  }

  async put(bundle: Bundle): Promise<void> {
    const key = this.#keyOf(bundle.id)
    const isThere = await this.#connection.ask(`looking for bundle "${bundle.id}"`, (redis) =>
      redis.pexpire(key, this.#keepMs),
    )
    if (isThere === 1) return
    const packed = await compress(encodeBundle(bundle))
    await this.#connection.ask(`storing bundle "${bundle.id}"`, (redis) =>
      redis.set(key, packed, 'PX', this.#keepMs),
    )
  }

  async get(id: string): Promise<Bundle | undefined> {
    const packed = await this.#connection.ask(`reading bundle "${id}"`, (redis) =>
      redis.getexBuffer(this.#keyOf(id), 'PX', this.#keepMs),
    )
    return packed === null ? undefined : decodeBundle(await unpack(packed, id), id)
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
