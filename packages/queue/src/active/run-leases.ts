import type { RedisClient } from '../redis/redis-client.ts'
import { renewLeasesScript } from '../scripts/gate-scripts.ts'
import type { Logger } from '../logger.ts'

export interface RunLeasesOptions {
  readonly redis: RedisClient
  /** What the keys of the queue start with. */
  readonly queueKey: string
  /** How long a lease lasts, in milliseconds. */
  readonly leaseMs: number
  readonly renewEveryMs: number
  /** Another executor has these jobs, or they are gone. */
  readonly onLost: (jobIds: readonly string[]) => void
  readonly logger: Logger
}

/**
 * Renews the leases of the jobs that are under way here, and their locks. When a lease ends, its executor counts as dead, and the
 * job is given out again.
 */
export class RunLeases implements Disposable {
  readonly #options: RunLeasesOptions
  readonly #held = new Map<string, string>()
  #timer: NodeJS.Timeout | undefined
  #isOver = false

  constructor(options: RunLeasesOptions) {
    this.#options = options
  }

  /** How many jobs are under way here. */
  get size(): number {
    return this.#held.size
  }

  /** Renews the lease of a job until the result is disposed of. */
  hold(jobId: string, token: string): Disposable {
    this.#held.set(jobId, token)
    this.#renewLater()
    return {
      [Symbol.dispose]: () => {
        if (this.#held.get(jobId) === token) this.#held.delete(jobId)
      },
    }
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    clearTimeout(this.#timer)
  }

  #renewLater(): void {
    if (this.#isOver) return
    this.#timer ??= setTimeout(() => void this.#renew(), this.#options.renewEveryMs)
  }

  async #renew(): Promise<void> {
    const { redis, queueKey, leaseMs, onLost, logger } = this.#options
    try {
      if (this.#held.size > 0) {
        const held = new Map(this.#held)
        const lost = await renewLeasesScript(redis, queueKey, { leaseMs }, Array.from(held).flat())
        const jobIds = lost.filter(
          (jobId) => this.#held.get(jobId) === held.get(jobId) && this.#held.delete(jobId),
        )
        if (jobIds.length > 0) onLost(jobIds)
      }
    } catch (error) {
      logger.warn({ event: 'lease.renew-failed', err: error }, 'Could not renew the leases of running runs')
    }
    this.#timer = undefined
    if (this.#held.size > 0) this.#renewLater()
  }
}
