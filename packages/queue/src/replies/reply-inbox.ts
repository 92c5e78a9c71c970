import { ReleaseStack } from '../release-stack.ts'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { RedisClient } from '../redis/redis-client.ts'
import type { RedisConnection } from '../redis/redis-connection.ts'
import type { Logger } from '../logger.ts'
import { parseReply, type Reply } from './reply.ts'
import { inboxKey } from '../redis/keys.ts'

export interface ReplyInboxOptions {
  readonly keyPrefix: string
  /** How long the inbox outlives a client that died, in milliseconds. */
  readonly leaseMs: number
  readonly onReply: (reply: Reply) => void
  /** The connection is back: replies may have been missed. */
  readonly onReconnect: () => void
  readonly logger: Logger
}

const BLOCK_MS = 5_000
const MAX_ENTRIES_A_READ = 500
const TRIM_AFTER_ENTRIES = 256
const RETRY_MS = 200
const LEAVE_MS = 1_000
const START = '0-0'

/**
 * The stream that outcomes of one client's runs are written to. Executors write to it only while it exists; it expires
 * unless its client renews it, so that a client that died leaves nothing.
 */
export class ReplyInbox implements AsyncDisposable {
  /** The name of the client, as runs carry it in `replyTo`. */
  readonly client: string = randomUUID()
  readonly #connection: RedisConnection
  readonly #options: ReplyInboxOptions
  readonly #key: string
  readonly #reader: RedisClient
  readonly #ending = new AbortController()
  readonly #heartbeat: NodeJS.Timeout
  // An explicit id, never "$": what was written before the first read, or while away, is read as well.
  #lastId = START
  #untrimmed = 0
  #closing: Promise<void> | undefined

  private constructor(connection: RedisConnection, options: ReplyInboxOptions) {
    this.#connection = connection
    this.#options = options
    this.#key = inboxKey(options.keyPrefix, this.client)
    this.#reader = connection.duplicate()
    this.#heartbeat = setInterval(() => void this.renew(), this.#options.leaseMs / 3)
    this.#heartbeat.unref()
  }

  static async open(connection: RedisConnection, options: ReplyInboxOptions): Promise<ReplyInbox> {
    await using stack = new ReleaseStack()
    const inbox = stack.use(new ReplyInbox(connection, options))
    await inbox.#create()
    inbox.#reader.on('ready', options.onReconnect)
    void inbox.#read()
    stack.move()
    return inbox
  }

  /** Prolongs the lease, and makes the inbox again if it is gone. Never rejects. */
  async renew(): Promise<void> {
    if (!this.#connection.isReady || this.#ending.signal.aborted) return
    try {
      const there = await this.#connection.ask('renewing the reply inbox', (redis) =>
        redis.pexpire(this.#key, this.#options.leaseMs),
      )
      if (there === 0) await this.#create()
    } catch (error) {
      this.#options.logger.warn(
        { event: 'inbox.renew-failed', err: error },
        'Could not renew the expiry of the reply inbox',
      )
    }
  }

  /** Stops reading and removes the stream. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #create(): Promise<void> {
    await this.#connection.ask('making the reply inbox', (redis) =>
      redis
        .multi()
        .xadd(this.#key, '*', 'client', this.client)
        .pexpire(this.#key, this.#options.leaseMs)
        .exec(),
    )
    this.#lastId = START
  }

  async #read(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      try {
        const from = this.#lastId
        const streams = await this.#reader.xread(
          'COUNT',
          MAX_ENTRIES_A_READ,
          'BLOCK',
          BLOCK_MS,
          'STREAMS',
          this.#key,
          from,
        )
        for (const [, entries] of streams ?? []) this.#take(entries)
      } catch (error) {
        if (this.#ending.signal.aborted) return
        this.#options.logger.warn(
          { event: 'inbox.read-failed', err: error },
          'Could not read the reply inbox; waiters poll for their outcomes',
        )
        await delay(RETRY_MS, undefined, { signal: this.#ending.signal }).catch(() => undefined)
      }
    }
  }

  #take(entries: readonly [id: string, fields: string[]][]): void {
    for (const [id, fields] of entries) {
      this.#lastId = id
      try {
        const reply = parseReply(fields)
        if (reply !== undefined) this.#options.onReply(reply)
      } catch (error) {
        // The stored outcome will tell.
        this.#options.logger.warn(
          { event: 'inbox.reply-malformed', err: error, entry: id },
          'Dropped a malformed reply',
        )
      }
    }
    this.#untrimmed += entries.length
    if (this.#untrimmed >= TRIM_AFTER_ENTRIES) void this.#trim()
  }

  async #trim(): Promise<void> {
    this.#untrimmed = 0
    try {
      await this.#connection.ask('trimming the reply inbox', (redis) =>
        redis.xtrim(this.#key, 'MINID', this.#lastId),
      )
    } catch (error) {
      this.#options.logger.debug({ event: 'inbox.trim-failed', err: error }, 'Could not trim the reply inbox')
    }
  }

  async #close(): Promise<void> {
    clearInterval(this.#heartbeat)
    this.#ending.abort()
    // While it reconnects, ioredis leaves the read unanswered for ever; nothing is held by it.
    this.#reader.disconnect()
    if (!this.#connection.isReady) return
    try {
      await this.#connection.ask('removing the reply inbox', (redis) => redis.del(this.#key), LEAVE_MS)
    } catch (error) {
      this.#options.logger.debug(
        { event: 'inbox.delete-failed', err: error },
        'Could not delete the reply inbox; it expires',
      )
    }
  }
}
