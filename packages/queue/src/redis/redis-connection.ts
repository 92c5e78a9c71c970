import { ReleaseStack } from '../release-stack.ts'
import { IsolatedRuntimeError, parse } from '@isolated-runtime/protocol'
import { Cluster, type Redis, type RedisOptions } from 'ioredis'
import { silentLogger, type Logger } from '../logger.ts'
import { explainConnectFailure } from './connect-failure.ts'
import { createClient } from './create-client.ts'
import type { RedisClient } from './redis-client.ts'
import { redisRefusal } from './redis-refusal.ts'
import { parseRedisUrl, redisAddress, redisUrlSchema } from './redis-url.ts'
import { within } from './within.ts'

export interface RedisConnectionOptions {
  /**
   * `redis://user:password@host:port/db`, or `rediss://…` for TLS. Of a cluster, some of its nodes, which tell of the
   * others: `redis+cluster://user:password@host1:port,host2:port`, or `rediss+cluster://…`.
   */
  readonly redis: string
  /** How long the first connection may take, in milliseconds. @default 5_000 */
  readonly connectTimeoutMs?: number
  /** How long Redis may take to answer a question, in milliseconds. @default 12_000 */
  readonly commandTimeoutMs?: number
  readonly logger?: Logger
}

const DEFAULT_CONNECT_TIMEOUT_MS = 5_000
const DEFAULT_COMMAND_TIMEOUT_MS = 12_000
const QUIT_TIMEOUT_MS = 1_000

/**
 * A connection to Redis. The first attempt decides whether there is one; afterwards it reconnects for ever, and
 * commands given meanwhile are sent when it is back.
 */
export class RedisConnection implements AsyncDisposable {
  /** Host and port, of a cluster some of them, for messages. */
  readonly address: string
  /** For this package's own parts. */
  readonly redis: RedisClient
  /** How long Redis may take to answer a question, in milliseconds. */
  readonly commandTimeoutMs: number
  readonly #logger: Logger
  readonly #copies = new ReleaseStack()
  /** Connections that were ready and are not at the moment. */
  readonly #lost = new Set<RedisClient>()
  #closing: Promise<void> | undefined

  private constructor(redis: RedisClient, address: string, commandTimeoutMs: number, logger: Logger) {
    this.commandTimeoutMs = commandTimeoutMs
    this.redis = redis
    this.address = address
    this.#logger = logger
  }

  /** @throws `INVALID_OPTIONS`, or `REDIS_UNREACHABLE` with host, port and reason */
  static async open(options: RedisConnectionOptions): Promise<RedisConnection> {
    const url = parse(redisUrlSchema, options.redis, 'Redis URL', 'INVALID_OPTIONS')
    const timeoutMs = options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS
    let wasConnected = false
    const address = parseRedisUrl(url)
    const redis = createClient(address, { connectTimeoutMs: timeoutMs, mayReconnect: () => wasConnected })
    const { commandTimeoutMs = DEFAULT_COMMAND_TIMEOUT_MS, logger = silentLogger } = options
    const connection = new RedisConnection(redis, redisAddress(address), commandTimeoutMs, logger)
    await connection.#connect(timeoutMs)
    wasConnected = true
    connection.#listen(redis)
    return connection
  }

  /** Whether commands are answered now, as far as is known. */
  get isReady(): boolean {
    return this.redis.status === 'ready'
  }

  /** Whether the keys are spread over several nodes, so that what is used together must have one slot. */
  get isCluster(): boolean {
    return this.redis instanceof Cluster
  }

  /** A connection of its own to the same Redis, such as a blocking read needs; closed with this one at the latest. */
  duplicate(options: Pick<RedisOptions, 'autoResubscribe'> = {}): RedisClient {
    const copy =
      this.redis instanceof Cluster
        ? this.redis.duplicate([], { lazyConnect: false })
        : this.redis.duplicate({ ...options, lazyConnect: false })
    this.#listen(copy)
    this.#copies.defer(() => copy.disconnect())
    return copy
  }

  /**
   * Asks Redis something, and waits no longer than `timeoutMs` for the answer, {@link commandTimeoutMs} unless told otherwise.
   *
   * @param what names the question in the message, as in "reading bundle …"
   * @throws `REDIS_UNREACHABLE` when there is no answer in time, `FLEET_OVERLOADED` when Redis is full; whatever else
   *   Redis rejected the question with
   */
  async ask<T>(
    what: string,
    question: (redis: RedisClient) => Promise<T>,
    timeoutMs: number = this.commandTimeoutMs,
  ): Promise<T> {
    try {
      return await within(question(this.redis), timeoutMs, () =>
        this.unreachable(`no answer within ${timeoutMs} ms while ${what}`),
      )
    } catch (error) {
      if (this.redis.status !== 'end') throw redisRefusal(error) ?? error
      throw this.unreachable(`the connection was closed while ${what}`, error)
    }
  }

  /** @throws `REDIS_UNREACHABLE` */
  async ping(timeoutMs: number): Promise<void> {
    await this.ask('asking whether it is there', (redis) => redis.ping(), timeoutMs)
  }

  /** The error for a Redis that does not answer. */
  unreachable(why: string, cause?: unknown): IsolatedRuntimeError {
    return new IsolatedRuntimeError(
      'REDIS_UNREACHABLE',
      `Redis at ${this.address} cannot be reached: ${why}`,
      {
        cause,
      },
    )
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #connect(timeoutMs: number): Promise<void> {
    let reason: Error | undefined
    const keep = (error: Error): void => void (reason = lastNodeErrorOf(error) ?? error)
    this.redis.on('error', keep)
    try {
      await within(this.#connectToDatabase(), timeoutMs, () => new Error(`no answer within ${timeoutMs} ms`))
    } catch (error) {
      // The last words of a socket come later; unheard, they would be printed.
      this.redis.on('error', () => undefined)
      this.redis.disconnect()
      // What connect() rejects with says no more than that the connection is closed.
      const cause = reason ?? error
      const message = cause instanceof Error ? cause.message : String(cause)
      throw this.unreachable(explainConnectFailure(message, usesTls(this.redis)), cause)
    } finally {
      this.redis.off('error', keep)
    }
  }

  /** A database that is not there leaves ioredis on database 0, without a word. */
  async #connectToDatabase(): Promise<void> {
    await this.redis.connect()
    if (this.redis instanceof Cluster) return
    await this.redis.select(this.redis.options.db ?? 0)
  }

  async #close(): Promise<void> {
    await this.#copies[Symbol.asyncDispose]()
    if (this.isReady) {
      try {
        await this.ask('taking leave', (redis) => redis.quit(), QUIT_TIMEOUT_MS)
      } catch (error) {
        this.#logger.debug({ event: 'redis.quit-failed', err: error }, 'Redis QUIT failed')
      }
    }
    this.redis.disconnect()
  }

  /** Logs one line when connections are lost, and one when all of them are back; errors between are debug entries. */
  #listen(redis: RedisClient): void {
    let lastError: Error | undefined
    // An "error" event without a listener would end the process.
    redis.on('error', (error: Error) => {
      lastError = error
      this.#logger.debug({ event: 'redis.error', err: error, redis: this.address }, 'Redis connection error')
    })
    redis.on('reconnecting', () => {
      const isFirst = this.#lost.size === 0
      this.#lost.add(redis)
      if (!isFirst) return
      const fields = { err: lastError, redis: this.address }
      this.#logger.warn({ event: 'redis.lost', ...fields }, 'Lost the connection to Redis; reconnecting')
    })
    redis.on('ready', () => {
      lastError = undefined
      if (!this.#lost.delete(redis) || this.#lost.size > 0) return
      this.#logger.info({ event: 'redis.restored', redis: this.address }, 'Connected to Redis again')
    })
    redis.on('end', () => this.#lost.delete(redis))
    if (!(redis instanceof Cluster)) return expectManyEnds(redis)
    redis.on('node error', (error: Error, node: string) =>
      this.#logger.debug(
        { event: 'redis.node-error', err: error, node },
        'Error of a node of the Redis cluster',
      ),
    )
  }
}

function usesTls(redis: RedisClient): boolean {
  return (redis instanceof Cluster ? redis.options.redisOptions?.tls : redis.options.tls) !== undefined
}

/** Each command that a replica refuses ends the connection, and each time ioredis listens for the end of it. */
function expectManyEnds(redis: Redis): void {
  const expect = (): void => void redis.stream.setMaxListeners(0)
  if (redis.status === 'ready') expect()
  redis.on('connect', expect)
}

/** Why the last node that was asked could not be; the error of a cluster says only that none could. */
function lastNodeErrorOf(error: Error): Error | undefined {
  if (!('lastNodeError' in error && error.lastNodeError instanceof Error)) return undefined
  const { lastNodeError } = error
  return lastNodeError.message === 'Connection is closed.'
    ? new Error('none of these nodes takes a connection', { cause: lastNodeError })
    : lastNodeError
}
