import type { Quarantined, RedisConnection, RunTaker } from '@isolated-runtime/queue'

const PING_TIMEOUT_MS = 1_000

/** Whether this executor takes runs, and why not. */
export class Readiness {
  #phase: 'starting' | 'ready' | 'draining' = 'starting'
  #connection: RedisConnection | undefined
  #taker: Pick<RunTaker, 'problems' | 'quarantined'> | undefined

  /** From now on runs are taken, as long as Redis answers on this connection. */
  ready(connection: RedisConnection, taker: Pick<RunTaker, 'problems' | 'quarantined'>): void {
    this.#connection = connection
    this.#taker = taker
    this.#phase = 'ready'
  }

  /** From now on no more runs are taken. */
  draining(): void {
    this.#phase = 'draining'
  }

  /** Why no runs are taken; empty when they are. */
  async reasons(): Promise<string[]> {
    if (this.#phase !== 'ready') return [`The executor is ${this.#phase}`]
    const redis = await this.#redisProblem()
    return [...(redis === undefined ? [] : [redis]), ...(this.#taker?.problems ?? [])]
  }

  /** What was set aside within a day, because it could not be read. Runs are taken all the same. */
  get quarantined(): readonly Quarantined[] {
    return this.#taker?.quarantined ?? []
  }

  async #redisProblem(): Promise<string | undefined> {
    const connection = this.#connection
    // A ping sent while the connection is lost would wait for it to come back.
    if (!connection?.isReady) return `Redis at ${connection?.address} is away`
    try {
      await connection.ping(PING_TIMEOUT_MS)
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
}
