import {
  encodeCall,
  endsWithinMs,
  isBundleId,
  parse,
  tenantSchema,
  toAlias,
} from '@isolated-runtime/protocol'
import {
  QueueSchedules,
  scheduleIdSchema,
  type RedisConnection,
  type Schedule,
  type ScheduleDefinition,
  type ScheduleKey,
} from '@isolated-runtime/queue'
import { z } from 'zod'
import type { ClientCode } from './client-code.ts'
import type { parseClientOptions } from './options.ts'
import { DEFAULT_EXPIRES_IN_MS } from './ready-runs.ts'
import { parseScheduleRequest, type ScheduleRequest } from './schedule-request.ts'

/** Whose schedule it is. */
export interface ScheduleOptions {
  /** @default the client's tenant */
  readonly tenant?: string
}

const optionsSchema = z.strictObject({ tenant: tenantSchema.optional() })
const countSchema = z.int().min(1).max(1_000)

/**
 * Runs by the clock, each tenant's its own. They are kept in Redis and go on without the client that made them: any
 * executor sees to them.
 *
 * Every method throws `INVALID_REQUEST` for what is malformed, and `REDIS_UNREACHABLE`.
 */
export class Schedules {
  readonly #connection: RedisConnection
  readonly #options: ReturnType<typeof parseClientOptions>
  readonly #code: ClientCode
  #opened: QueueSchedules | undefined

  constructor(connection: RedisConnection, options: ReturnType<typeof parseClientOptions>, code: ClientCode) {
    this.#connection = connection
    this.#options = options
    this.#code = code
  }

  /**
   * Makes a schedule, deploying its folder or source; if there is one of that id it becomes like this. One that is like
   * this already keeps its times, and a paused one stays paused, so that every start of a program may do it.
   *
   * @throws what encoding the arguments or packing throws; `ALIAS_NOT_FOUND`; `TENANT_SCHEDULES_FULL`
   */
  async create(request: ScheduleRequest): Promise<Schedule> {
    const { id, tenant, every, cron, timeZone, overlap, run, ...bounds } = parseScheduleRequest(request)
    const key = this.#keyOf(id, tenant)
    const { folder, source, bundle: reference, priority = 0, retries, live, keepOutcomeMs, ...fields } = run
    const { expiresInMs = this.#options.expiresInMs ?? DEFAULT_EXPIRES_IN_MS } = fields
    const call = encodeCall(fields)
    const waitMs = endsWithinMs({ call, retries }, expiresInMs)
    const where = { folder, source, bundle: reference, file: run.file }
    const code = await this.#code.find(where, { tenant: key.tenant, waitMs })
    // An alias is looked up anew whenever the schedule is due.
    const bundle = reference === undefined || isBundleId(reference) ? code.id : toAlias(reference)
    const timing: ScheduleDefinition['timing'] =
      every === undefined
        ? { kind: 'cron', cron: cron ?? '', timeZone: timeZone ?? 'UTC', ...bounds }
        : { kind: 'every', everyMs: every, ...bounds }
    const wishes = { expiresInMs, priority, retries, live, keepOutcomeMs }
    return this.#queue.create(key, { timing, overlap, run: { call, bundle, ...wishes } })
  }

  /** The schedule of that id. @throws `SCHEDULE_NOT_FOUND` */
  async get(id: string, options: ScheduleOptions = {}): Promise<Schedule> {
    return this.#queue.get(this.#keyFor(id, options))
  }

  /** The schedules of the tenant, by id. */
  async list(options: ScheduleOptions = {}): Promise<Schedule[]> {
    const { tenant } = parseOptions(options)
    return this.#queue.list(tenant ?? this.#tenant)
  }

  /**
   * The next times at which it is due, if nothing is changed: `count` of them, up to 1,000; fewer when it ends before, and
   * none while it is paused.
   *
   * @throws `SCHEDULE_NOT_FOUND`
   */
  async next(id: string, count: number, options: ScheduleOptions = {}): Promise<Date[]> {
    const most = parse(countSchema, count, 'count of times', 'INVALID_REQUEST')
    const times = await this.#queue.next(this.#keyFor(id, options), most)
    return times.map((time) => new Date(time))
  }

  /** Has it not run until it is resumed; runs that are on the queue go on. @throws `SCHEDULE_NOT_FOUND` */
  async pause(id: string, options: ScheduleOptions = {}): Promise<void> {
    await this.#queue.pause(this.#keyFor(id, options))
  }

  /** Has it run again, from the next time at which it is due. @throws `SCHEDULE_NOT_FOUND` */
  async resume(id: string, options: ScheduleOptions = {}): Promise<void> {
    await this.#queue.resume(this.#keyFor(id, options))
  }

  /** Forgets a schedule; runs that are on the queue go on. @returns `false` if there is none */
  async remove(id: string, options: ScheduleOptions = {}): Promise<boolean> {
    return this.#queue.remove(this.#keyFor(id, options))
  }

  /** Made when it is needed: most clients have no schedules. */
  get #queue(): QueueSchedules {
    const { keyPrefix, queue: queueName, shards, logger } = this.#options
    this.#opened ??= new QueueSchedules(this.#connection, { keyPrefix, queueName, shards, logger })
    return this.#opened
  }

  get #tenant(): string {
    return this.#options.tenant ?? 'default'
  }

  #keyFor(id: string, options: ScheduleOptions): ScheduleKey {
    const { tenant } = parseOptions(options)
    return this.#keyOf(parse(scheduleIdSchema, id, 'id of a schedule', 'INVALID_REQUEST'), tenant)
  }

  #keyOf(id: string, tenant = this.#tenant): ScheduleKey {
    return { tenant, id }
  }
}

function parseOptions(options: ScheduleOptions): z.output<typeof optionsSchema> {
  return parse(optionsSchema, options, 'schedule options', 'INVALID_REQUEST')
}
