import type { RedisClient } from '../redis/redis-client.ts'
import type { Logger } from '../logger.ts'
import { runFieldsOf } from '../run/run-key.ts'
import { liveKey, type LiveKind } from '../redis/keys.ts'
import { ITEMS_FIELD } from './items-field.ts'

export interface LiveWriterOptions {
  /** The one that completes the job: what is written before that is read before it. */
  readonly redis: RedisClient
  readonly queueKey: string
  readonly jobId: string
  readonly kind: LiveKind
  /** How long the stream is kept after its last entry, in milliseconds. */
  readonly keepMs: number
  readonly logger: Logger
}

/** About how many entries a stream keeps. Lines are bounded by the limit of their run, reports by their number. */
const MAX_ENTRIES: Readonly<Record<LiveKind, number>> = { logs: 10_000, progress: 200 }
/** How many items wait while Redis is away, or slow. */
const MAX_HELD: Readonly<Record<LiveKind, number>> = { logs: Infinity, progress: 50 }

/** Writes what a run says into a stream, in batches as large as Redis is slow. Losing something harms no run. */
export class LiveWriter {
  readonly #options: LiveWriterOptions
  #held: unknown[] = []
  #isSending = false
  #timer: NodeJS.Immediate | undefined

  constructor(options: LiveWriterOptions) {
    this.#options = options
  }

  add(item: unknown): void {
    this.#held.push(item)
    if (this.#held.length > MAX_HELD[this.#options.kind]) this.#held.shift()
    // What a cell says together is told together.
    if (!this.#isSending) this.#timer ??= setImmediate(() => void this.#send())
  }

  /** Sends what is left, ahead of whatever is sent next by the same connection. */
  end(): void {
    void this.#send()
  }

  async #send(): Promise<void> {
    clearImmediate(this.#timer)
    this.#timer = undefined
    if (this.#held.length === 0) return
    const { redis, queueKey, kind, jobId, keepMs, logger } = this.#options
    const key = liveKey(queueKey, kind, jobId)
    const items = JSON.stringify(this.#held)
    this.#held = []
    this.#isSending = true
    try {
      // Together: a stream whose executor dies in between would be there for ever.
      await redis
        .multi()
        .xadd(key, 'MAXLEN', '~', MAX_ENTRIES[kind], '*', ITEMS_FIELD, items)
        .pexpire(key, keepMs)
        .exec()
    } catch (error) {
      logger.debug(
        { event: 'live.write-failed', err: error, ...runFieldsOf(jobId) },
        'Could not write live logs or progress of a run',
      )
    }
    this.#isSending = false
    await this.#send()
  }
}
