import { inboxKey } from '@isolated-runtime/protocol'
import type { Redis } from 'ioredis'

/** More than any client has in flight and reads slowly; what is trimmed is found where it is stored. */
const MAX_ENTRIES = 10_000

/** Writes to the reply inboxes of clients. */
export class ReplySender {
  readonly #redis: Redis
  readonly #keyPrefix: string

  constructor(redis: Redis, keyPrefix: string) {
    this.#redis = redis
    this.#keyPrefix = keyPrefix
  }

  /** Sends a reply, unless its client has gone and its inbox with it. */
  async send(client: string, fields: readonly string[]): Promise<void> {
    const key = inboxKey(this.#keyPrefix, client)
    await this.#redis.xadd(key, 'NOMKSTREAM', 'MAXLEN', '~', MAX_ENTRIES, '*', ...fields)
  }
}
