import { inboxKey } from '@isolated-runtime/protocol'
import type { Redis } from 'ioredis'
import type { Logger } from '../logger.ts'

/** More than any client has in flight and reads slowly; what is trimmed is found where it is stored. */
const MAX_ENTRIES = 10_000

/** Writes to the reply inboxes of clients. Replies are a courtesy: one that is not written is looked for. */
export class ReplySender {
  readonly #redis: Redis
  readonly #keyPrefix: string
  readonly #logger: Logger
  readonly #sending = new Set<Promise<void>>()

  constructor(redis: Redis, keyPrefix: string, logger: Logger) {
    this.#redis = redis
    this.#keyPrefix = keyPrefix
    this.#logger = logger
  }

  /** Sends a reply, unless its client has gone and its inbox with it. */
  send(client: string, fields: readonly string[]): void {
    const sending = this.#write(inboxKey(this.#keyPrefix, client), fields)
    this.#sending.add(sending)
    void sending.finally(() => this.#sending.delete(sending))
  }

  /** Settles when every reply so far is written, or could not be. */
  async flush(): Promise<void> {
    await Promise.all(this.#sending)
  }

  async #write(key: string, fields: readonly string[]): Promise<void> {
    try {
      await this.#redis.xadd(key, 'NOMKSTREAM', 'MAXLEN', '~', MAX_ENTRIES, '*', ...fields)
    } catch (error) {
      this.#logger.warn({ err: error, inbox: key }, 'A reply could not be sent; its client will look for it')
    }
  }
}
