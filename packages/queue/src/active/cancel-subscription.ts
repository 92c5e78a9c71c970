import { setInterval } from 'node:timers'
import type { RedisClient } from '../redis/redis-client.ts'
import type { RedisConnection } from '../redis/redis-connection.ts'
import type { Logger } from '../logger.ts'
import type { CancelListener } from './cancel-listener.ts'

export interface CancelSubscriptionOptions {
  /** Who listens on which channel. */
  readonly listeners: ReadonlyMap<string, CancelListener>
  readonly logger: Logger
}

/** A subscriber is silent for as long as nothing is cancelled; asked now and then, a peer that is gone is noticed. */
const LOOK_EVERY_MS = 15_000

/** The connection by which an executor hears of cancelled runs, on the channels of all shards. */
export class CancelSubscription implements Disposable {
  readonly #options: CancelSubscriptionOptions
  readonly #subscriber: RedisClient
  readonly #timer: NodeJS.Timeout
  readonly #subscribed = Promise.withResolvers<void>()

  constructor(connection: RedisConnection, options: CancelSubscriptionOptions) {
    this.#options = options
    this.#subscriber = connection.duplicate({ autoResubscribe: false })
    this.#subscriber.on('message', (channel: string, text: string) =>
      options.listeners.get(channel)?.hear(text),
    )
    this.#subscriber.on('ready', () => void this.#subscribe())
    // A cluster goes on by another node without a word; only after this event the new subscriber is there.
    this.#subscriber.on('-node', () => setImmediate(() => void this.#subscribe()))
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS).unref()
  }

  /** Settles when nothing that is cancelled from now on goes unheard. */
  ready(): Promise<void> {
    return this.#subscribed.promise
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#subscriber.disconnect()
  }

  #look(): void {
    if (this.#subscriber.status !== 'ready') return
    if (this.#subscriber.isCluster) return void this.#subscribe()
    // What it fails with is told by the connection itself.
    this.#subscriber.ping().catch(() => undefined)
  }

  async #subscribe(): Promise<void> {
    const { listeners, logger } = this.#options
    try {
      await this.#subscriber.subscribe(...listeners.keys())
      this.#subscribed.resolve()
      // What was published while it was away is heard by nobody.
      await Promise.all(Array.from(listeners.values(), (listener) => listener.catchUp()))
    } catch (error) {
      logger.warn(
        { event: 'cancel.subscribe-failed', err: error },
        'Could not subscribe to the cancel channel; running runs stop late',
      )
    }
  }
}
