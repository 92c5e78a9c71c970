import { IsolatedRuntimeError, parse } from '@isolated-runtime/protocol'
import { Tenants } from '../admin/tenants.ts'
import { AliasStore } from '../alias/alias-store.ts'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { redisTimeScript } from '../scripts/key-scripts.ts'
import { silentLogger, type Logger } from '../logger.ts'
import { OutcomePayloads } from '../payload/outcome-payloads.ts'
import { PayloadStore } from '../payload/payload-store.ts'
import { Shards, type ShardsOptions } from '../shard/shards.ts'
import { RedisBundleStore } from '../store/redis-bundle-store.ts'
import { StoredRuns } from '../submit/stored-runs.ts'
import { dueTimes } from './due-times.ts'
import { lookAtLastRuns } from './last-run.ts'
import { scheduleInfoOf, type Schedule } from './schedule.ts'
import { schedulesKeyOf } from '../redis/keys.ts'
import { type ScheduleKey } from '../run/schedule-key.ts'
import { scheduleDefinitionSchema, type ScheduleDefinition, type ScheduleRecord } from './schedule-record.ts'
import { ScheduleStore } from './schedule-store.ts'
import { lookAfter } from './take-tick.ts'
import { TickStore } from './tick-store.ts'

interface QueueSchedulesOptions extends ShardsOptions {
  readonly logger?: Logger | undefined
}

/** The schedules of a queue: kept in Redis, and carried out by its executors. */
export class QueueSchedules {
  readonly #store: ScheduleStore
  readonly #tenants: Tenants
  readonly #ticks: TickStore
  readonly #parts: Parameters<typeof lookAfter>[1]
  readonly #now: () => Promise<number>
  readonly #runsOf: (tenant: string) => StoredRuns
  readonly #payloads: OutcomePayloads

  /** On a connection that stays the caller's. */
  constructor(connection: RedisConnection, { logger = silentLogger, ...options }: QueueSchedulesOptions) {
    const { keyPrefix } = options
    const shards = new Shards(options, connection.isCluster)
    const base = schedulesKeyOf(keyPrefix, shards.slotName)
    const store = new ScheduleStore(connection, base)
    this.#store = store
    this.#tenants = new Tenants(connection, options)
    this.#ticks = new TickStore({ connection, store, base, logger })
    const bundles = new RedisBundleStore(connection, { keyPrefix })
    const aliases = new AliasStore(connection, bundles, { keyPrefix })
    this.#parts = { store, ticks: this.#ticks, bundles, aliases }
    this.#now = () => connection.ask('asking for the time', (redis) => redisTimeScript(redis, base, {}))
    this.#runsOf = (tenant) => new StoredRuns(connection, keyPrefix, shards.queueNameOf(tenant))
    this.#payloads = new OutcomePayloads(new PayloadStore(connection.redis, keyPrefix))
  }

  /**
   * Makes a schedule, or has the one of that name be like this; whether it is paused stays.
   *
   * @throws `INVALID_REQUEST` or `TENANT_SCHEDULES_FULL`
   */
  async create(key: ScheduleKey, given: ScheduleDefinition): Promise<Schedule> {
    // One timing has one text then, whoever wrote it.
    const definition = parse(scheduleDefinitionSchema, given, `schedule "${key.id}"`, 'INVALID_REQUEST')
    refuseIfNeverDue(key, definition, await this.#now())
    const { maxSchedules } = await this.#tenants.effective(key.tenant)
    await this.#store.put(key, definition, maxSchedules)
    await lookAfter(key, this.#parts)
    return this.get(key)
  }

  /** @throws `SCHEDULE_NOT_FOUND` */
  async get(key: ScheduleKey): Promise<Schedule> {
    const [schedule] = await this.#infos(key.tenant, [key])
    if (schedule === undefined) throw notFound(key)
    return schedule
  }

  /** The schedules of a tenant, by id. */
  async list(tenant: string): Promise<Schedule[]> {
    return this.#infos(tenant, await this.#store.keys(tenant))
  }

  /**
   * The next times at which a schedule is due, as milliseconds since the epoch: none while it is paused.
   *
   * @throws `SCHEDULE_NOT_FOUND`
   */
  async next(key: ScheduleKey, count: number): Promise<number[]> {
    const record = await this.#store.get(key)
    if (record === undefined) throw notFound(key)
    const { definition, isPaused, since, ticks } = record
    const { timing } = definition
    if (isPaused) return []
    const most = Math.min(count, (timing.limit ?? Infinity) - ticks)
    return dueTimes(timing, { after: Math.max(await this.#now(), record.tickAt), since })
      .take(Math.max(0, most))
      .toArray()
  }

  /** From now on no run of it starts. @throws `SCHEDULE_NOT_FOUND` */
  async pause(key: ScheduleKey): Promise<void> {
    await this.#setPaused(key, true)
  }

  /** It goes on with the next time at which it is due. @throws `SCHEDULE_NOT_FOUND` */
  async resume(key: ScheduleKey): Promise<void> {
    await this.#setPaused(key, false)
  }

  /** @returns whether there was such a schedule */
  async remove(key: ScheduleKey): Promise<boolean> {
    const wasThere = await this.#store.remove(key)
    await this.#ticks.follow(key)
    return wasThere
  }

  async #setPaused(key: ScheduleKey, isPaused: boolean): Promise<void> {
    if (!(await this.#store.setPaused(key, isPaused))) throw notFound(key)
    await this.#ticks.follow(key)
  }

  async #infos(tenant: string, keys: readonly ScheduleKey[]): Promise<Schedule[]> {
    const [records, nextAts] = await Promise.all([
      Promise.all(keys.map((key) => this.#store.get(key))),
      this.#ticks.nextOf(keys),
    ])
    const lastRuns = await lookAtLastRuns(
      tenant,
      records.map((record) => record?.lastRun),
      { stored: this.#runsOf(tenant), payloads: this.#payloads, now: this.#now },
    )
    return keys.flatMap((key, at) => {
      const record: ScheduleRecord | undefined = records[at]
      return record ? [scheduleInfoOf(key, record, { nextAt: nextAts[at], lastRun: lastRuns[at] })] : []
    })
  }
}

function refuseIfNeverDue(key: ScheduleKey, { timing }: ScheduleDefinition, now: number): void {
  if (dueTimes(timing, { after: now, since: now }).next().value !== undefined) return
  throw new IsolatedRuntimeError(
    'INVALID_REQUEST',
    `Invalid schedule "${key.id}": it is never due; its "endAt" comes before its first time`,
  )
}

function notFound(key: ScheduleKey): IsolatedRuntimeError {
  return new IsolatedRuntimeError('SCHEDULE_NOT_FOUND', `Tenant "${key.tenant}" has no schedule "${key.id}"`)
}
