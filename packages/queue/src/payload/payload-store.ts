import { createHash, randomBytes } from 'node:crypto'
import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import type { RedisClient } from '../redis/redis-client.ts'
import { redisRefusal } from '../redis/redis-refusal.ts'
import { prolongScript } from '../scripts/key-scripts.ts'
import { compress, decompress } from './compress.ts'
import type { PayloadRef } from './payload-ref.ts'
import { payloadKey } from '../redis/keys.ts'

/** Texts in Redis, compressed, each under a key of its own that expires. */
export class PayloadStore {
  readonly #redis: RedisClient
  readonly #keyOf: (name: string) => string

  /** Stores by a connection, which stays the caller's. */
  constructor(redis: RedisClient, keyPrefix: string) {
    this.#redis = redis
    this.#keyOf = (name) => payloadKey(keyPrefix, name)
  }

  /**
   * Stores a text for some milliseconds. Two texts of a run never have the same key, also if it is submitted twice.
   *
   * @throws `FLEET_OVERLOADED` when Redis is full
   */
  async put(jobId: string, text: string, keepMs: number): Promise<PayloadRef> {
    const packed = await compress(text)
    const name = `${jobId}:${randomBytes(12).toString('base64url')}`
    try {
      await this.#redis.set(this.#keyOf(name), packed, 'PX', Math.ceil(keepMs))
    } catch (error) {
      throw redisRefusal(error) ?? error
    }
    return { name, bytes: Buffer.byteLength(text), storedBytes: packed.length, hash: hashOf(text) }
  }

  /**
   * Reads a text.
   *
   * @param what names it in messages, as in "the arguments of run …"
   * @param keepMs how long it is to be kept from now on at least
   * @throws `PAYLOAD_LOST` when it is gone, `INVALID_MESSAGE` when it is another than was stored
   */
  async get(ref: PayloadRef, what: string, keepMs = 0): Promise<string> {
    const key = this.#keyOf(ref.name)
    const keeping = keepMs > 0 ? prolongScript(this.#redis, key, { forMs: Math.ceil(keepMs) }) : undefined
    // No more is read and unpacked than was stored, whatever lies there.
    const [packed] = await Promise.all([this.#redis.getrangeBuffer(key, 0, ref.storedBytes), keeping])
    if (packed.length === 0) {
      throw new IsolatedRuntimeError(
        'PAYLOAD_LOST',
        `No longer stored: ${what}, kept beside its job in Redis`,
      )
    }
    const text = await unpack(packed, ref)
    if (text !== undefined && hashOf(text) === ref.hash) return text
    throw new IsolatedRuntimeError('INVALID_MESSAGE', `Invalid ${what}: another text was stored`)
  }

  /** Has a text go in some milliseconds. */
  async expire(name: string, ms: number): Promise<void> {
    await this.#redis.pexpire(this.#keyOf(name), ms)
  }

  async remove({ name }: PayloadRef): Promise<void> {
    await this.#redis.unlink(this.#keyOf(name))
  }
}

async function unpack(packed: Buffer, { bytes }: PayloadRef): Promise<string | undefined> {
  try {
    return await decompress(packed, bytes)
  } catch {
    return undefined
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
