import { Queue, type RepeatOptions } from 'bullmq'
import type { RedisConnection } from '../connection/redis-connection.ts'
import type { Logger } from '../logger.ts'
import { dueTimes } from './due-times.ts'
import { scheduleNameOf, type ScheduleKey } from './schedule-key.ts'
import type { ScheduleRecord } from './schedule-record.ts'
import type { ScheduleStore } from './schedule-store.ts'

export interface TickQueueOptions {
  readonly connection: RedisConnection
  readonly store: ScheduleStore
  readonly keyPrefix: string
  /** The name of the BullMQ queue of the ticks. */
  readonly name: string
  readonly logger: Logger
}

/** A tick that cannot be delivered is tried for seven seconds: 0.5, 1, 2 and 4. */
export const TICK_ATTEMPTS = 5
const TICK_BACKOFF = { type: 'exponential', delay: 500 } as const

/** The name of the job that looks after all schedules. */
export const UPKEEP = 'upkeep'
/** Bundles are kept for days. */
const UPKEEP_EVERY_MS = 12 * 3_600_000

const MAX_EVENTS = 100
/** Others change a schedule at the same time, but hardly so often. */
const MAX_ATTEMPTS = 20

/**
 * The job schedulers of BullMQ that make the ticks of schedules. The record of a schedule is the truth: whoever changes
 * it has the job scheduler follow, and looks again whether it changed meanwhile. A tick that no record stands behind
 * does nothing but have this repeated.
 */
export class TickQueue implements AsyncDisposable {
  readonly #connection: RedisConnection
  readonly #store: ScheduleStore
  readonly #queue: Queue
  readonly #repeatKey: string

  constructor({ connection, store, keyPrefix, name, logger }: TickQueueOptions) {
    this.#connection = connection
    this.#store = store
    this.#queue = new Queue(name, {
      connection: connection.redis,
      prefix: keyPrefix,
      streams: { events: { maxLen: MAX_EVENTS } },
    })
    this.#queue.on('error', (error) => logger.warn({ err: error }, 'BullMQ queue trouble'))
    this.#repeatKey = `${keyPrefix}:${name}:repeat`
  }

  /** Has the ticks of a schedule be as its record says. */
  async follow(key: ScheduleKey): Promise<void> {
    let followed: string | undefined
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const record = await this.#store.get(key)
      const wanted = wishOf(record)
      if (followed === wanted) return
      await this.#connection.ask(`setting the times of schedule "${key.id}"`, () =>
        this.#set(scheduleNameOf(key), record),
      )
      followed = wanted
    }
  }

  /** When BullMQ has each schedule tick next, or did last if there is nothing more to come. */
  async nextOf(keys: readonly ScheduleKey[]): Promise<(number | undefined)[]> {
    if (keys.length === 0) return []
    const scores = await this.#connection.ask('reading when schedules are due', (redis) =>
      redis.zmscore(this.#repeatKey, ...keys.map(scheduleNameOf)),
    )
    return scores.map((score) => (score === null ? undefined : Number(score)))
  }

  /** Has all schedules looked after by and by. */
  async startUpkeep(): Promise<void> {
    await this.#connection.ask('starting the upkeep of schedules', () =>
      this.#queue.upsertJobScheduler(
        UPKEEP,
        { every: UPKEEP_EVERY_MS },
        { name: UPKEEP, opts: TICK_OPTIONS },
      ),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue.close()
  }

  async #set(name: string, record: ScheduleRecord | undefined): Promise<void> {
    const repeat = record && repeatOptionsOf(record)
    const current = await this.#queue.getJobScheduler(name)
    if (repeat === undefined || record === undefined) {
      if (current) await this.#queue.removeJobScheduler(name)
      return
    }
    const data = { generation: record.generation }
    if (generationOf(current?.template?.data) === record.generation) return
    // BullMQ would go on from the times of the old one.
    if (current) await this.#queue.removeJobScheduler(name)
    await this.#queue.upsertJobScheduler(name, repeat, { name: 'tick', data, opts: TICK_OPTIONS })
  }
}

const TICK_OPTIONS = {
  attempts: TICK_ATTEMPTS,
  backoff: TICK_BACKOFF,
  removeOnComplete: true,
  removeOnFail: { count: 100 },
}

/** Which timing a tick was made by. */
export function generationOf(data: unknown): string {
  if (typeof data !== 'object' || data === null) return ''
  const generation: unknown = Reflect.get(data, 'generation')
  return typeof generation === 'string' ? generation : ''
}

function wishOf(record: ScheduleRecord | undefined): string {
  return record === undefined || record.isPaused ? 'none' : record.generation
}

/** @returns `undefined` when there are to be no ticks */
function repeatOptionsOf({ definition, isPaused, since, ticks }: ScheduleRecord): RepeatOptions | undefined {
  const { timing } = definition
  const next = dueTimes(timing, { after: Date.now(), since }).next().value
  if (isPaused || next === undefined || ticks >= (timing.limit ?? Infinity)) return undefined
  const { endAt: endDate, limit } = timing
  const bounds = {
    // BullMQ counts on from there.
    ...(ticks > 0 && { count: ticks }),
    ...(limit !== undefined && { limit }),
    ...(endDate !== undefined && { endDate }),
  }
  if (timing.kind === 'every') return { every: timing.everyMs, startDate: next, ...bounds }
  return { pattern: timing.cron, tz: timing.timeZone, startDate: next - 1, ...bounds }
}
