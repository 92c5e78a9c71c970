import type { Gate } from '../gate/gate.ts'
import type { RuleBook } from './rule-book.ts'
import type { Logger } from '../logger.ts'

const EVERY_MS = 1_000
/** Due runs come in crowds; each tick takes many. */
const AT_LEAST_MS = 5
const DEAD_AFTER_MS = 5_000
const DEFAULT_MAX_MEMORY_SHARE = 0.9
const DEFAULT_MAX_QUEUE_AGE_MS = 60_000
/** A run whose executor died just after completing it holds its place for no longer. */
const LOOK_EVERY_MS = 3_000

/** When the fleet takes no more runs. */
export interface OverloadOptions {
  /** How much of Redis' `maxmemory` may be used, from 0 to 1; without a `maxmemory`, there is no bound. @default 0.9 */
  readonly maxMemoryShare?: number
  /** For how long executors may leave the next run untaken, in milliseconds; 0 for ever. @default 60_000 */
  readonly maxQueueAgeMs?: number
}

export interface GatePulseOptions {
  /** A name that no other executor has. */
  readonly executor: string
  readonly slots: number
  readonly overload: OverloadOptions
  /** Told at each beat which rules of tenants hold. */
  readonly rules: Pick<RuleBook, 'refresh'>
  readonly logger: Logger
}

/** The pulse of an executor: tells the gate that it is alive, each second and whenever something is due there. */
export class GatePulse {
  readonly #gate: Gate
  readonly #options: GatePulseOptions
  #timer: NodeJS.Timeout | undefined
  #isOver = false

  constructor(gate: Gate, options: GatePulseOptions) {
    this.#gate = gate
    this.#options = options
  }

  /** Settles after the first beat. */
  async start(): Promise<void> {
    await this.#beat(this.#options.slots)
  }

  /** From now on the executor offers nothing. Never rejects. */
  async stop(): Promise<void> {
    this.#isOver = true
    clearTimeout(this.#timer)
    await this.#tick(0)
  }

  async #beat(slots: number): Promise<void> {
    const restMs = (await this.#tick(slots)) ?? EVERY_MS
    if (this.#isOver) return
    this.#timer = setTimeout(() => void this.#beat(slots), Math.min(EVERY_MS, Math.max(AT_LEAST_MS, restMs)))
  }

  /** Gives in how many milliseconds there is more to do. */
  async #tick(slots: number): Promise<number | undefined> {
    const { executor, overload, rules, logger } = this.#options
    try {
      const { nextInMs, rulesVersion } = await this.#gate.tick({
        executor,
        slots,
        deadAfterMs: DEAD_AFTER_MS,
        lookEveryMs: LOOK_EVERY_MS,
        maxMemoryShare: overload.maxMemoryShare ?? DEFAULT_MAX_MEMORY_SHARE,
        maxQueueAgeMs: overload.maxQueueAgeMs ?? DEFAULT_MAX_QUEUE_AGE_MS,
      })
      await rules.refresh(rulesVersion)
      return nextInMs
    } catch (error) {
      logger.warn({ err: error }, 'The gate of the queue could not be reached')
      return undefined
    }
  }
}
