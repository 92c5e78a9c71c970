import type { RedisClient } from '../redis/redis-client.ts'
import { redisFull } from '../redis/redis-full.ts'
import { sendReplyScript } from '../scripts/run-scripts.ts'
import { scheduleOfReply } from '../run/schedule-key.ts'
import { replyToSchedule } from './tell-schedule.ts'
import { inboxKey } from '../redis/keys.ts'

/** More than any client has in flight and reads slowly; what is trimmed is found where it is stored. */
export const MAX_INBOX_ENTRIES = 10_000

/** Writes to the reply inboxes of clients, and tells schedules of their runs. */
export class ReplySender {
  readonly #redis: RedisClient
  readonly #keyPrefix: string

  constructor(redis: RedisClient, keyPrefix: string) {
    this.#redis = redis
    this.#keyPrefix = keyPrefix
  }

  /** Sends a reply, unless its client has gone and its inbox with it, or its schedule. */
  async send(client: string, fields: readonly string[]): Promise<void> {
    const schedule = scheduleOfReply(client)
    if (schedule !== undefined) return replyToSchedule(this.#redis, this.#keyPrefix, schedule, fields)
    const key = inboxKey(this.#keyPrefix, client)
    try {
      await this.#redis.xadd(key, 'NOMKSTREAM', 'MAXLEN', '~', MAX_INBOX_ENTRIES, '*', ...fields)
    } catch (error) {
      if (!redisFull(error)) throw error
      await sendReplyScript(this.#redis, key, { maxInbox: MAX_INBOX_ENTRIES }, fields)
    }
  }
}
