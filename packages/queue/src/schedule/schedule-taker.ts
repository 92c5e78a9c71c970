import { setTimeout as delay } from 'node:timers/promises'
import { IsolatedRuntimeError, toIsolatedRuntimeError } from '@isolated-runtime/protocol'
import { AliasStore } from '../alias/alias-store.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { Gate } from '../gate/gate.ts'
import { silentLogger, type Logger } from '../logger.ts'
import { PayloadStore } from '../payload/payload-store.ts'
import { RunPayloads } from '../payload/run-payloads.ts'
import { Shards, type ShardsOptions } from '../shard/shards.ts'
import { RedisBundleStore } from '../store/redis-bundle-store.ts'
import { StoredRuns } from '../submit/stored-runs.ts'
import { failedEnd } from '../replies/run-end.ts'
import { scheduleKey, schedulesKeyOf } from '../redis/keys.ts'
import { scheduledRunIdOf } from '../run/schedule-key.ts'
import { ScheduleStore } from './schedule-store.ts'
import { lookAfter, takeTick, type TickParts } from './take-tick.ts'
import { tellSchedule } from '../replies/tell-schedule.ts'
import { TickStore, type DueWork, type TakenTick } from './tick-store.ts'

export interface ScheduleTakerOptions extends ShardsOptions {
  readonly logger?: Logger
}

/** A tick that cannot be delivered is tried for seven seconds: 0.5, 1, 2 and 4. */
const TICK_ATTEMPTS = 5
const FIRST_PAUSE_MS = 500
/** How long an executor that has nothing to do waits for a mark at most, before it looks again. */
const LOOK_EVERY_MS = 5_000
/** By how much those look later who did not take the last tick: one of a fleet is enough, while it is alive. */
const STAND_IN_MS = 1_000
const AT_LEAST_MS = 10
const RETRY_MS = 500

/** Takes the ticks of schedules, one at a time, and submits their runs. Every executor of a queue has one. */
export class ScheduleTaker implements AsyncDisposable {
  readonly #ticks: TickStore
  readonly #parts: TickParts
  readonly #connection: RedisConnection
  readonly #base: string
  readonly #keyPrefix: string
  readonly #logger: Logger
  /** Waits for marks, and so has a connection of its own. */
  readonly #waiter: RedisClient
  readonly #ending = new AbortController()
  readonly #ready = Promise.withResolvers<void>()
  readonly #ended = Promise.withResolvers<null>()
  readonly #over: Promise<void>
  #closing: Promise<void> | undefined

  private constructor(connection: RedisConnection, options: ScheduleTakerOptions) {
    const { keyPrefix, logger = silentLogger } = options
    const shards = new Shards(options, connection.isCluster)
    const queueName = shards.slotName
    this.#connection = connection
    this.#base = schedulesKeyOf(keyPrefix, queueName)
    this.#keyPrefix = keyPrefix
    this.#logger = logger
    const store = new ScheduleStore(connection, this.#base)
    this.#ticks = new TickStore({ connection, store, base: this.#base, logger })
    const bundles = new RedisBundleStore(connection, { keyPrefix })
    const queues = shards.queueNames.map((shard) => ({
      name: shard,
      gate: new Gate(connection.redis, { keyPrefix, queueName: shard }),
      runs: new StoredRuns(connection, keyPrefix, shard),
    }))
    this.#parts = {
      store,
      bundles,
      ticks: this.#ticks,
      queueName,
      queueOf: (tenant) => shards.pick(queues, tenant),
      payloads: new RunPayloads(new PayloadStore(connection.redis, keyPrefix)),
      aliases: new AliasStore(connection, bundles, { keyPrefix }),
    }
    this.#waiter = connection.duplicate()
    this.#over = this.#run()
  }

  /** Starts taking ticks, on a connection that stays the caller's. */
  static start(connection: RedisConnection, options: ScheduleTakerOptions): ScheduleTaker {
    return new ScheduleTaker(connection, options)
  }

  /** Settles when ticks are being taken. */
  ready(): Promise<void> {
    return this.#ready.promise
  }

  /** Takes no more ticks; the one under way is finished. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #run(): Promise<void> {
    let isFirstToLook = false
    while (!this.#ending.signal.aborted) {
      try {
        const work = await this.#ticks.take()
        this.#ready.resolve()
        isFirstToLook = await this.#do(work, isFirstToLook)
      } catch (error) {
        if (this.#ending.signal.aborted) return
        this.#logger.warn({ event: 'schedule.poll-failed', err: error }, 'Could not read due schedules')
        await delay(RETRY_MS, undefined, { signal: this.#ending.signal }).catch(() => undefined)
      }
    }
  }

  /** @returns whether this executor is the one that looks first, when something is due */
  async #do(work: DueWork, isFirstToLook: boolean): Promise<boolean> {
    switch (work.kind) {
      case 'tick':
        await this.#deliver(work.taken)
        return true
      case 'upkeep':
        await this.#keepUp()
        return isFirstToLook
      case 'wait':
        return this.#wait(work.nextInMs, isFirstToLook)
    }
  }

  async #wait(nextInMs: number | undefined, isFirstToLook: boolean): Promise<boolean> {
    const dueInMs = (nextInMs ?? LOOK_EVERY_MS) + (isFirstToLook || nextInMs === 0 ? 0 : STAND_IN_MS)
    const waitMs = Math.min(LOOK_EVERY_MS, Math.max(AT_LEAST_MS, dueInMs))
    const marked = this.#waiter.bzpopmin(scheduleKey(this.#base, 'wake'), waitMs / 1_000)
    // While it reconnects, ioredis leaves it unanswered.
    const mark = await Promise.race([marked, this.#ended.promise])
    return mark !== null || (isFirstToLook && nextInMs !== undefined)
  }

  async #deliver(taken: TakenTick): Promise<void> {
    const { key, tick, attempt } = taken
    try {
      await takeTick(key, tick, this.#parts)
    } catch (error) {
      this.#logger.warn(
        { event: 'schedule.tick-failed', err: error, schedule: key.id, tenant: key.tenant },
        'Could not submit the run of a schedule; it is tried again',
      )
      if (mayHelp(error) && attempt < TICK_ATTEMPTS) {
        return this.#ticks.putOff(taken, FIRST_PAUSE_MS * 2 ** (attempt - 1))
      }
      await this.#giveUp(taken, error)
    }
    await this.#ticks.done(taken)
  }

  async #giveUp({ key, tick }: TakenTick, thrown: unknown): Promise<void> {
    const run = {
      id: scheduledRunIdOf(key, tick.dueAt),
      end: failedEnd('trouble', toIsolatedRuntimeError(thrown)),
    }
    const address = { ...key, queueName: this.#parts.queueName }
    await tellSchedule(this.#connection.redis, this.#keyPrefix, address, run)
  }

  /** Bundles stay for as long as their schedules, whether those run or not; and what a crash left half done is mended. */
  async #keepUp(): Promise<void> {
    for (const key of await this.#parts.store.keys()) {
      try {
        await lookAfter(key, this.#parts)
      } catch (error) {
        this.#logger.warn(
          { event: 'schedule.update-failed', err: error, schedule: key.id, tenant: key.tenant },
          'Could not update a schedule',
        )
      }
    }
  }

  async #close(): Promise<void> {
    this.#ending.abort()
    this.#ended.resolve(null)
    this.#waiter.disconnect()
    await this.#over
  }
}

/** Whether delivering a tick again may go better. */
function mayHelp(error: unknown): boolean {
  return !(error instanceof IsolatedRuntimeError) || error.retryable
}
