import { IsolatedRuntimeError, parse } from '@isolated-runtime/protocol'
import { Tenants } from '../admin/tenants.ts'
import type { RedisConnection } from '../connection/redis-connection.ts'
import { silentLogger, type Logger } from '../logger.ts'
import { OutcomePayloads } from '../payload/outcome-payloads.ts'
import { PayloadStore } from '../payload/payload-store.ts'
import { Shards, type ShardsOptions } from '../shard/shards.ts'
import { StoredRuns } from '../submit/stored-runs.ts'
import { dueTimes } from './due-times.ts'
import { lookAtLastRuns } from './last-run.ts'
import { scheduleInfoOf, type Schedule } from './schedule.ts'
import { tickQueueNameOf, type ScheduleKey } from './schedule-key.ts'
import { scheduleDefinitionSchema, type ScheduleDefinition, type ScheduleRecord } from './schedule-record.ts'
import { ScheduleStore } from './schedule-store.ts'
import { TickQueue } from './tick-queue.ts'

interface QueueSchedulesOptions extends ShardsOptions {
  readonly logger?: Logger | undefined
}

/** The schedules of a queue: kept in Redis, and carried out by its executors. */
export class QueueSchedules implements AsyncDisposable {
  readonly #store: ScheduleStore
  readonly #tenants: Tenants
  readonly #ticks: TickQueue
  readonly #runsOf: (tenant: string) => StoredRuns
  readonly #payloads: OutcomePayloads
  #upkeep: Promise<void> | undefined

  /** On a connection that stays the caller's. */
  constructor(connection: RedisConnection, { logger = silentLogger, ...options }: QueueSchedulesOptions) {
    const { keyPrefix } = options
    const shards = new Shards(options, connection.isCluster)
    const name = tickQueueNameOf(shards.slotName)
    const store = new ScheduleStore(connection, `${keyPrefix}:${name}`)
    this.#store = store
    this.#tenants = new Tenants(connection, options)
    this.#ticks = new TickQueue({ connection, store, keyPrefix, name, logger })
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
    refuseIfNeverDue(key, definition)
    const { maxSchedules } = await this.#tenants.effective(key.tenant)
    await this.#store.put(key, definition, maxSchedules)
    await this.#ticks.follow(key)
    await this.#keepUp()
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
    return dueTimes(timing, { after: Math.max(Date.now(), record.tickAt), since })
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ticks[Symbol.asyncDispose]()
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
      this.#runsOf(tenant),
      this.#payloads,
    )
    return keys.flatMap((key, at) => {
      const record: ScheduleRecord | undefined = records[at]
      return record ? [scheduleInfoOf(key, record, { nextAt: nextAts[at], lastRun: lastRuns[at] })] : []
    })
  }

  async #keepUp(): Promise<void> {
    this.#upkeep ??= this.#ticks.startUpkeep()
    try {
      await this.#upkeep
    } catch (error) {
      this.#upkeep = undefined
      throw error
    }
  }
}

function refuseIfNeverDue(key: ScheduleKey, { timing }: ScheduleDefinition): void {
  const now = Date.now()
  if (dueTimes(timing, { after: now, since: now }).next().value !== undefined) return
  throw new IsolatedRuntimeError(
    'INVALID_REQUEST',
    `Invalid schedule "${key.id}": it is never due; its "endAt" comes before its first time`,
  )
}

function notFound(key: ScheduleKey): IsolatedRuntimeError {
  return new IsolatedRuntimeError('SCHEDULE_NOT_FOUND', `Tenant "${key.tenant}" has no schedule "${key.id}"`)
}
