import { randomUUID } from 'node:crypto'
import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { scheduleKey, scheduleRecordKey } from '../redis/keys.ts'
import { claimTickScript, pauseScheduleScript, putScheduleScript } from '../scripts/schedule-scripts.ts'
import {
  namesOf,
  parseScheduleName,
  scheduleNameOf,
  scheduledRunIdOf,
  type ScheduleKey,
} from '../run/schedule-key.ts'
import { parseRecord, type ScheduleDefinition, type ScheduleRecord } from './schedule-record.ts'

/** One time at which a schedule is due. */
export interface Tick {
  readonly generation: string
  readonly dueAt: number
}

export interface ClaimOptions {
  /** The run that must still be the last one, `''` for none. @default any */
  readonly lastRunId?: string | undefined
  /** Whether the tick passes without a run. */
  readonly isSkipped: boolean
}

/** The schedules of a queue: a hash each, and a sorted set of their names. When they are due is kept by `TickStore`. */
export class ScheduleStore {
  readonly #connection: RedisConnection
  readonly #base: string

  /** @param base what all keys of the ticks start with */
  constructor(connection: RedisConnection, base: string) {
    this.#connection = connection
    this.#base = base
  }

  /**
   * Makes a schedule, or gives it another definition; what became of its runs is kept, and whether it is paused.
   *
   * @throws `TENANT_SCHEDULES_FULL` when the tenant has `maxSchedules` others
   */
  async put(key: ScheduleKey, definition: ScheduleDefinition, maxSchedules: number): Promise<void> {
    const [from, to] = namesOf(key.tenant)
    const args = {
      name: scheduleNameOf(key),
      definition: JSON.stringify(definition),
      timing: JSON.stringify(definition.timing),
      generation: randomUUID(),
      from,
      to,
      most: maxSchedules,
    }
    const tooMany = await this.#connection.ask(`storing schedule "${key.id}"`, (redis) =>
      putScheduleScript(redis, this.#base, args),
    )
    if (tooMany === null) return
    throw new IsolatedRuntimeError(
      'TENANT_SCHEDULES_FULL',
      `Schedule "${key.id}" cannot be made: tenant "${key.tenant}" has ${tooMany}, its cap "maxSchedules" is ${maxSchedules}; remove one, or raise the cap`,
    )
  }

  /** @returns `undefined` when there is no such schedule */
  async get(key: ScheduleKey): Promise<ScheduleRecord | undefined> {
    const name = scheduleNameOf(key)
    const fields = await this.#connection.ask(`reading schedule "${key.id}"`, (redis) =>
      redis.hgetall(this.#recordOf(key)),
    )
    // Nothing but a definition makes a schedule.
    return fields['definition'] === undefined ? undefined : parseRecord(name, fields)
  }

  /** The schedules of a tenant by id, or those of all. */
  async keys(tenant?: string): Promise<ScheduleKey[]> {
    const [from, to] = tenant === undefined ? ['-', '+'] : namesOf(tenant)
    const names = await this.#connection.ask('listing schedules', (redis) =>
      redis.zrangebylex(scheduleKey(this.#base, 'all'), from, to),
    )
    return names.map(parseScheduleName)
  }

  /** @returns whether there is such a schedule */
  async setPaused(key: ScheduleKey, isPaused: boolean): Promise<boolean> {
    const paused = await this.#connection.ask(`pausing schedule "${key.id}"`, (redis) =>
      pauseScheduleScript(redis, this.#base, { name: scheduleNameOf(key), isPaused: isPaused ? 1 : 0 }),
    )
    return paused === 1
  }

  /** @returns whether it was there */
  async remove(key: ScheduleKey): Promise<boolean> {
    const replies = await this.#connection.ask(`removing schedule "${key.id}"`, (redis) =>
      redis
        .multi()
        .del(this.#recordOf(key))
        .zrem(scheduleKey(this.#base, 'all'), scheduleNameOf(key))
        .zrem(scheduleKey(this.#base, 'due'), scheduleNameOf(key))
        .exec(),
    )
    return replies?.[0]?.[1] === 1
  }

  /** Takes a tick of a schedule, for the run of it to be submitted; the same tick may be taken again. */
  async claim(
    key: ScheduleKey,
    tick: Tick,
    { lastRunId = '*', isSkipped }: ClaimOptions,
  ): ReturnType<typeof claimTickScript> {
    const { generation, dueAt } = tick
    const args = {
      name: scheduleNameOf(key),
      generation,
      dueAt,
      run: scheduledRunIdOf(key, dueAt),
      expected: lastRunId,
      wish: isSkipped ? 'skip' : 'run',
    }
    return this.#connection.ask(`taking a tick of schedule "${key.id}"`, (redis) =>
      claimTickScript(redis, this.#base, args),
    )
  }

  #recordOf(key: ScheduleKey): string {
    return scheduleRecordKey(this.#base, scheduleNameOf(key))
  }
}
