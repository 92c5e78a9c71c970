import type { Logger } from '../logger.ts'

export interface ExecutorWatchOptions {
  /** For messages. */
  readonly queueName: string
  /** Whether an executor is on the queue. */
  readonly hasExecutors: () => Promise<boolean>
  /** Ends a run that has waited for its whole time while no executor was there. */
  readonly expire: (jobId: string) => void
  readonly logger: Logger
}

/** While runs wait, Redis is asked no more often than this. */
const LOOK_EVERY_MS = 1_500

/**
 * Looks whether there is an executor at all, for runs that none has taken. Without one nobody expires runs, and nobody
 * tells why they wait: so the client warns after some two seconds, and expires its own.
 */
export class ExecutorWatch {
  readonly #options: ExecutorWatchOptions
  /** The runs that wait, and when each expires, by `performance.now()`. */
  readonly #untaken = new Map<string, number>()
  #isLooking = false
  #lookedAt = -Infinity
  #isWarned = false

  constructor(options: ExecutorWatchOptions) {
    this.#options = options
  }

  /** A run waits that no executor has taken. */
  untaken(jobId: string, expiresAt: number): void {
    this.#untaken.set(jobId, expiresAt)
    if (!this.#isLooking && performance.now() >= this.#lookedAt + LOOK_EVERY_MS) void this.#look()
  }

  async #look(): Promise<void> {
    this.#isLooking = true
    // What else is found to wait in this moment is part of it.
    await Promise.resolve()
    const { queueName, hasExecutors, expire, logger } = this.#options
    const untaken = Array.from(this.#untaken)
    this.#untaken.clear()
    try {
      const isThere = await hasExecutors()
      const now = performance.now()
      if (!isThere) for (const [jobId, expiresAt] of untaken) if (expiresAt <= now) expire(jobId)
      if (isThere === this.#isWarned) {
        this.#isWarned = !isThere
        if (isThere)
          logger.info({ event: 'executor.back', queue: queueName }, 'The queue has an executor again')
        else
          logger.warn(
            { event: 'executor.missing', queue: queueName, waiting: untaken.length },
            'The queue has no executor; runs wait',
          )
      }
    } catch (error) {
      logger.debug(
        { event: 'executor.lookup-failed', err: error },
        'Could not read whether the queue has executors',
      )
    }
    this.#lookedAt = performance.now()
    this.#isLooking = false
  }
}
