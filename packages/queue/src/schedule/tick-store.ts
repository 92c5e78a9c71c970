import type { RedisConnection } from '../redis/redis-connection.ts'
import { redisTimeScript } from '../scripts/key-scripts.ts'
import { scheduleKey } from '../redis/keys.ts'
import type { Logger } from '../logger.ts'
import { dueTimes } from './due-times.ts'
import { advanceScript, putOffTickScript, setDueScript, takeTickScript } from '../scripts/schedule-scripts.ts'
import { parseScheduleName, scheduleNameOf, type ScheduleKey } from '../run/schedule-key.ts'
import { parseRecord, type ScheduleRecord } from './schedule-record.ts'
import type { ScheduleStore, Tick } from './schedule-store.ts'

/** A tick that takes longer, or whose executor has died, is taken by another: its run is the same. */
const HOLD_MS = 5_000
/** A schedule that cannot be read keeps nobody from the others. */
const UNREADABLE_AGAIN_MS = 60_000
/** Others change a schedule at the same time, but hardly so often. */
const MAX_ATTEMPTS = 20

/** A tick that is to be delivered by who took it. */
export interface TakenTick {
  readonly key: ScheduleKey
  readonly tick: Tick
  /** How often it was taken, this time included. */
  readonly attempt: number
  /** What it goes by in Redis. */
  readonly name: string
}

/** What there is to do for schedules. */
export type DueWork =
  | { readonly kind: 'tick'; readonly taken: TakenTick }
  | { readonly kind: 'upkeep' }
  /** Nothing, for this many milliseconds if it is known. */
  | { readonly kind: 'wait'; readonly nextInMs: number | undefined }

export interface TickStoreOptions {
  readonly connection: RedisConnection
  readonly store: ScheduleStore
  /** What all keys of the ticks start with. */
  readonly base: string
  readonly logger: Logger
}

/**
 * When schedules are due, and which ticks are to be delivered, by the clock of Redis. The record of a schedule is the truth: who
 * changes it has its time follow.
 */
export class TickStore {
  readonly #options: TickStoreOptions

  constructor(options: TickStoreOptions) {
    this.#options = options
  }

  /** Has the ticks of a schedule be as its record says. */
  async follow(key: ScheduleKey): Promise<void> {
    const { connection, store, base } = this.#options
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const record = await store.get(key)
      const isSet = await connection.ask(`setting the times of schedule "${key.id}"`, async (redis) => {
        const nextAt = record && nextAfter(record, await redisTimeScript(redis, base, {}))
        return setDueScript(redis, base, {
          name: scheduleNameOf(key),
          generation: record?.generation ?? '',
          isPaused: record?.isPaused === true ? '1' : '',
          dueAt: nextAt ?? '',
        })
      })
      if (isSet === 1) return
    }
  }

  /** When each schedule is due next. */
  async nextOf(keys: readonly ScheduleKey[]): Promise<(number | undefined)[]> {
    if (keys.length === 0) return []
    const { connection, base } = this.#options
    const scores = await connection.ask('reading when schedules are due', (redis) =>
      redis.zmscore(scheduleKey(base, 'due'), ...keys.map(scheduleNameOf)),
    )
    return scores.map((score) => (score === null ? undefined : Number(score)))
  }

  /** Takes what is due. @throws `REDIS_UNREACHABLE` */
  async take(): Promise<DueWork> {
    const { connection, base } = this.#options
    const found = await connection.ask('looking for schedules that are due', (redis) =>
      takeTickScript(redis, base, { holdMs: HOLD_MS }),
    )
    switch (found[0]) {
      case 'tick':
        return { kind: 'tick', taken: takenTickOf(found[1]) }
      case 'upkeep':
        return { kind: 'upkeep' }
      case 'wait':
        return { kind: 'wait', nextInMs: found[1] < 0 ? undefined : found[1] }
      case 'due': {
        const [, name, dueAt, now, record] = found
        return this.#advance(name, dueAt, now, record)
      }
    }
  }

  /** A tick is delivered. */
  async done({ name }: TakenTick): Promise<void> {
    const { connection, base } = this.#options
    await connection.ask('ending a tick', (redis) => redis.zrem(scheduleKey(base, 'held'), name))
  }

  /** A tick is to be delivered again, after a pause. */
  async putOff({ name }: TakenTick, pauseMs: number): Promise<void> {
    const { connection, base } = this.#options
    await connection.ask('putting off a tick', (redis) =>
      putOffTickScript(redis, base, { tick: name, pauseMs }),
    )
  }

  async #advance(name: string, dueAt: string, now: number, flat: readonly string[]): Promise<DueWork> {
    const { connection, base, logger } = this.#options
    const key = parseScheduleName(name)
    const fields = Object.fromEntries(
      flat.flatMap((field, at) => (at % 2 === 0 ? [[field, flat[at + 1] ?? '']] : [])),
    )
    let record: ScheduleRecord
    try {
      record = parseRecord(name, fields)
    } catch (error) {
      logger.error(
        { event: 'schedule.unreadable', err: error, schedule: key.id, tenant: key.tenant },
        'A schedule in Redis is unreadable; it makes no runs',
      )
      await connection.ask('putting off a schedule', (redis) =>
        redis.zadd(scheduleKey(base, 'due'), 'XX', now + UNREADABLE_AGAIN_MS, name),
      )
      return { kind: 'wait', nextInMs: 0 }
    }
    if (record.isPaused || fields['dueOf'] !== record.generation) {
      await this.follow(key)
      return { kind: 'wait', nextInMs: 0 }
    }
    const { generation, ticks } = record
    const next = nextAfter({ ...record, ticks: ticks + 1 }, Math.max(Number(dueAt), now))
    const tick = await connection.ask(`taking a tick of schedule "${key.id}"`, (redis) =>
      advanceScript(redis, base, { name, dueAt, generation, ticks, nextAt: next ?? '', holdMs: HOLD_MS }),
    )
    // Another executor was faster, or somebody has changed the schedule.
    if (tick === null) return { kind: 'wait', nextInMs: 0 }
    return { kind: 'tick', taken: takenTickOf(tick) }
  }
}

function takenTickOf(name: string): TakenTick {
  const [attempt = '', generation = '', dueAt = '', ...schedule] = name.split(':')
  return {
    key: parseScheduleName(schedule.join(':')),
    tick: { generation, dueAt: Number(dueAt) },
    attempt: Number(attempt),
    name,
  }
}

/** The first time after another at which a schedule is due; `undefined` when there are to be no ticks. */
function nextAfter(
  { definition, isPaused, since, ticks }: ScheduleRecord,
  after: number,
): number | undefined {
  const { timing } = definition
  if (isPaused || ticks >= (timing.limit ?? Infinity)) return undefined
  return dueTimes(timing, { after, since }).next().value
}
