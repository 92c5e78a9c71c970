import { setInterval } from 'node:timers'
import type { RedisClient } from '../connection/redis-client.ts'
import type { RedisConnection } from '../connection/redis-connection.ts'
import type { Logger } from '../logger.ts'
import type { ActiveRuns } from '../take/active-runs.ts'
import { UNMARKED, type RunMark, type RunMarks } from '../take/run-marks.ts'
import { cancelChannel, parseCancelMessage } from './cancel-message.ts'
import { HeardCancels } from './heard-cancels.ts'

export interface CancelListenerOptions {
  readonly keyPrefix: string
  readonly queueName: string
  readonly active: ActiveRuns
  readonly marks: RunMarks
  readonly logger: Logger
}

/** A subscriber is silent for as long as nothing is cancelled; asked now and then, a peer that is gone is noticed. */
const PING_EVERY_MS = 15_000

/** Hears, in an executor, which runs are to be cancelled, and cancels those that are going on here. */
export class CancelListener implements Disposable {
  readonly #options: CancelListenerOptions
  readonly #subscriber: RedisClient
  readonly #channel: string
  readonly #heard = new HeardCancels()
  readonly #ping: NodeJS.Timeout
  readonly #subscribed = Promise.withResolvers<void>()

  constructor(connection: RedisConnection, options: CancelListenerOptions) {
    this.#options = options
    this.#channel = cancelChannel(options.keyPrefix, options.queueName)
    this.#subscriber = connection.duplicate({ autoResubscribe: false })
    this.#subscriber.on('message', (_channel: string, text: string) => this.#hear(text))
    this.#subscriber.on('ready', () => void this.#subscribe())
    this.#ping = setInterval(() => {
      // What it fails with is told by the connection itself.
      if (this.#subscriber.status === 'ready') this.#subscriber.ping().catch(() => undefined)
    }, PING_EVERY_MS).unref()
  }

  /** Settles when nothing that is cancelled from now on goes unheard. */
  ready(): Promise<void> {
    return this.#subscribed.promise
  }

  /**
   * The mark of a job that was just taken. Costs a question to Redis only where there is reason to ask: somebody had it
   * before, or it was heard to be cancelled. Never rejects.
   */
  async markOf(jobId: string, attempt: number): Promise<RunMark> {
    if (!this.#heard.take(jobId) && attempt === 1) return UNMARKED
    try {
      const [mark = UNMARKED] = await this.#options.marks.read([jobId])
      return mark
    } catch (error) {
      // Whoever waits for a run that is to be cancelled sees the mark as well, and cancels again.
      this.#options.logger.warn({ err: error, job: jobId }, 'Whether a run was cancelled could not be asked')
      return UNMARKED
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#ping)
    this.#subscriber.disconnect()
  }

  #hear(text: string): void {
    try {
      const { jobId, reason } = parseCancelMessage(text)
      if (!this.#options.active.cancel(jobId, reason)) this.#heard.add(jobId)
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'A message that cancels a run is malformed')
    }
  }

  async #subscribe(): Promise<void> {
    const { active, marks, logger } = this.#options
    try {
      await this.#subscriber.subscribe(this.#channel)
      this.#subscribed.resolve()
      // What was published while it was away is heard by nobody.
      const jobIds = active.ids
      const found = await marks.read(jobIds)
      for (const [index, jobId] of jobIds.entries()) {
        const reason = found[index]?.cancelReason
        if (reason !== undefined) active.cancel(jobId, reason)
      }
    } catch (error) {
      logger.warn({ err: error }, 'Cancelled runs are heard of late: the channel could not be subscribed')
    }
  }
}
