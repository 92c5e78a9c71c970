import type { Quarantined, RedisConnection, RunTaker } from '@isolated-runtime/queue'
import type { CellUserLevel, Sandbox } from '@isolated-runtime/sandbox'
import type { Protection } from './protection/protection.ts'

/** Probes give up after a second. */
const PING_TIMEOUT_MS = 500

/** Whether this executor takes runs, and why not. */
export class Readiness {
  #phase: 'starting' | 'ready' | 'draining' = 'starting'
  #connection: RedisConnection | undefined
  #taker: Pick<RunTaker, 'problems' | 'quarantined'> | undefined
  #sandbox: Pick<Sandbox, 'problem' | 'cellUser'> | undefined
  #protection: Protection | undefined

  /** From now on runs are taken, as long as Redis answers on this connection and cells can be started. */
  ready(
    connection: RedisConnection,
    taker: Pick<RunTaker, 'problems' | 'quarantined'>,
    sandbox: Pick<Sandbox, 'problem' | 'cellUser'>,
    protection: Protection,
  ): void {
    this.#protection = protection
    this.#connection = connection
    this.#taker = taker
    this.#sandbox = sandbox
    this.#phase = 'ready'
  }

  /** As whom guests run; `undefined` until that is known. */
  get cellUser(): CellUserLevel | undefined {
    return this.#sandbox?.cellUser
  }

  /** What keeps guests in their place; `undefined` until that is known. */
  get protection(): Protection | undefined {
    return this.#protection
  }

  /** From now on no more runs are taken. */
  draining(): void {
    this.#phase = 'draining'
  }

  /** Why no runs are taken; empty when they are. */
  async reasons(): Promise<string[]> {
    if (this.#phase !== 'ready') return [`The executor is ${this.#phase}`]
    const problems = [this.#sandbox?.problem, await this.#redisProblem(), ...(this.#taker?.problems ?? [])]
    return problems.filter((problem) => problem !== undefined)
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
