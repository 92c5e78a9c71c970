import { Queue } from 'bullmq'
import type { Logger } from '../logger.ts'
import type { RedisClient } from '../redis/redis-client.ts'

export interface RunQueueOptions {
  readonly keyPrefix: string
  readonly queueName: string
  readonly logger: Logger
}

/** Nobody reads these events; BullMQ would keep ten thousand of them, results included. */
const MAX_EVENTS = 100

/** The BullMQ queue as its clients use it: it tells BullMQ's scripts how many events to keep, and removes jobs. */
export class RunQueue implements AsyncDisposable {
  readonly #queue: Queue

  constructor(redis: RedisClient, { keyPrefix, queueName, logger }: RunQueueOptions) {
    this.#queue = new Queue(queueName, {
      connection: redis,
      prefix: keyPrefix,
      streams: { events: { maxLen: MAX_EVENTS } },
    })
    this.#queue.on('error', (error) =>
      logger.warn({ event: 'bullmq.queue-error', err: error }, 'BullMQ queue error'),
    )
  }

  /** Removes a job with all that BullMQ keeps of it, wherever it is. */
  async remove(jobId: string): Promise<void> {
    await this.#queue.remove(jobId)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue.close()
  }
}
