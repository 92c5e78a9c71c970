import { EXECUTOR_DEAD_AFTER_MS, type Gate } from '../gate/gate.ts'
import type { Quarantined } from '../gate/quarantine.ts'
import type { RuleBook } from './rule-book.ts'
import type { Logger } from '../logger.ts'

const EVERY_MS = 1_000
/** Due runs come in crowds; each tick takes many. */
const AT_LEAST_MS = 5
const DEFAULT_MAX_MEMORY_SHARE = 0.9
const DEFAULT_MAX_QUEUE_AGE_MS = 60_000
/** A run whose executor died just after completing it holds its place for no longer. */
const LOOK_EVERY_MS = 3_000
/** While there is nothing to do; one that comes late does not make an executor dead. */
const TOUCH_EVERY_MS = 1_900
/** However calm it is: how full Redis is, and which clock it goes by, is asked this often. */
const TICK_EVERY_MS = 30_000
/** That rules have changed is there to be seen for three seconds: whoever did not look for so long may have missed it. */
const MISSED_AFTER_MS = 2_500

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
  /** How many of these no run is in, -1 while Redis is being asked for one or told that one is over. */
  readonly openSlots: () => number
  readonly overload: OverloadOptions
  readonly keepOutcomeMs: number
  readonly maxKeptOutcomes: number
  /** Told at each tick which rules of tenants hold. */
  readonly rules: Pick<RuleBook, 'refresh'>
  /** Is given the name of each payload whose outcome has ended before its time. */
  readonly onUnneeded: (payload: string) => void
  /** Is given each job whose executor has died. */
  readonly onLost: (jobId: string) => void
  readonly logger: Logger
}

/** What the last tick found when there was nothing to do. Milliseconds, of this process and of Redis. */
interface Calm {
  readonly tickedAt: number
  readonly redisTime: number
}

/**
 * The pulse of an executor: tells the gate that it is alive, and does there what is due. A beat is a tick, which comes each
 * second and whenever something is due; and while there is nothing to do, a look whether that is still so, for a tick is
 * a dozen calls and a look is one.
 *
 *     ticking ──nothing to do──▶ calm ──something, or 30 s──▶ ticking
 */
export class GatePulse {
  readonly #gate: Gate
  readonly #options: GatePulseOptions
  #timer: NodeJS.Timeout | undefined
  #calm: Calm | undefined
  #beatAt = -Infinity
  #touchedAt = -Infinity
  #isOver = false
  /** Whether it was to look while it did. */
  #isWantedAgain = false
  #quarantined: readonly Quarantined[] = []
  #failure: { readonly since: number; readonly message: string } | undefined

  constructor(gate: Gate, options: GatePulseOptions) {
    this.#gate = gate
    this.#options = options
  }

  /** What was set aside within a day, as the last tick has told. */
  get quarantined(): readonly Quarantined[] {
    return this.#quarantined
  }

  /** Why nothing that is due has been done for a while, in words; `undefined` when it is done. */
  get problem(): string | undefined {
    if (this.#failure === undefined || performance.now() < this.#failure.since + EXECUTOR_DEAD_AFTER_MS)
      return undefined
    return `The gate of the queue fails: ${this.#failure.message}`
  }

  /** Settles after the first beat. */
  async start(): Promise<void> {
    await this.#beat()
  }

  /** A run is over: there may be more outcomes than are to be kept. */
  endCalm(): void {
    this.#calm = undefined
  }

  /** Looks now: something is due before long. */
  soon(): void {
    if (this.#timer === undefined) this.#isWantedAgain = true
    else void this.#beat()
  }

  /** From now on the executor offers nothing. Never rejects. */
  async stop(): Promise<void> {
    this.#isOver = true
    clearTimeout(this.#timer)
    await this.#tick(0)
  }

  async #beat(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const isCalm = await this.#isStillCalm()
    if (this.#isOver) return
    const restMs = (isCalm ? undefined : await this.#tick(this.#options.slots)) ?? EVERY_MS
    if (this.#isOver) return
    const pauseMs = this.#isWantedAgain ? 0 : restMs
    this.#isWantedAgain = false
    this.#timer = setTimeout(() => void this.#beat(), Math.min(EVERY_MS, Math.max(AT_LEAST_MS, pauseMs)))
  }

  async #isStillCalm(): Promise<boolean> {
    const now = performance.now()
    const isLate = now > this.#beatAt + MISSED_AFTER_MS
    this.#beatAt = now
    if (this.#calm === undefined || isLate || now > this.#calm.tickedAt + TICK_EVERY_MS) return false
    try {
      const found = await Promise.all([this.#gate.isCalm(), this.#touch(this.#calm, now)])
      if (found.every(Boolean)) return true
    } catch (error) {
      this.#options.logger.warn(
        { event: 'gate.read-failed', err: error },
        'Could not read the state of the queue',
      )
    }
    this.#calm = undefined
    return false
  }

  /** Tells that the executor is alive when it is time to. Whoever was taken for dead has to tick. */
  async #touch({ tickedAt, redisTime }: Calm, now: number): Promise<boolean> {
    if (now < this.#touchedAt + TOUCH_EVERY_MS) return true
    this.#touchedAt = now
    return this.#gate.touch(this.#options.executor, Math.round(redisTime + now - tickedAt))
  }

  /** Gives in how many milliseconds there is more to do. */
  async #tick(slots: number): Promise<number | undefined> {
    const { executor, openSlots, overload, keepOutcomeMs, maxKeptOutcomes } = this.#options
    const { rules, onUnneeded, onLost, logger } = this.#options
    this.#calm = undefined
    try {
      const told = await this.#gate.tick({
        executor,
        slots,
        open: openSlots(),
        deadAfterMs: EXECUTOR_DEAD_AFTER_MS,
        lookEveryMs: LOOK_EVERY_MS,
        maxMemoryShare: overload.maxMemoryShare ?? DEFAULT_MAX_MEMORY_SHARE,
        maxQueueAgeMs: overload.maxQueueAgeMs ?? DEFAULT_MAX_QUEUE_AGE_MS,
        keepOutcomeMs,
        maxKeptOutcomes,
      })
      const { nextInMs, rulesVersion, isCalm, redisTime, unneededPayloads, lostJobs } = told
      const tickedAt = performance.now()
      this.#failure = undefined
      for (const payload of unneededPayloads) onUnneeded(payload)
      for (const jobId of lostJobs) onLost(jobId)
      this.#tellQuarantined(told.quarantined)
      await rules.refresh(rulesVersion)
      if (isCalm) this.#calm = { tickedAt, redisTime }
      this.#touchedAt = tickedAt
      return nextInMs
    } catch (error) {
      logger.warn({ event: 'gate.heartbeat-failed', err: error }, 'Heartbeat of the executor failed')
      const message = error instanceof Error ? error.message : String(error)
      this.#failure = { since: this.#failure?.since ?? performance.now(), message }
      return undefined
    }
  }

  #tellQuarantined(quarantined: readonly Quarantined[]): void {
    const known = new Set(this.#quarantined.map(({ at, key }) => `${at} ${key}`))
    for (const each of quarantined.toReversed()) {
      if (known.has(`${each.at} ${each.key}`)) continue
      this.#options.logger.error(
        { event: 'job.quarantined', ...each },
        'Moved an unreadable value of Redis to quarantine',
      )
    }
    this.#quarantined = quarantined
  }
}
