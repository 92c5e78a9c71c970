import { IsolatedRuntimeError, toIsolatedRuntimeError } from '@isolated-runtime/protocol'
import { Worker, type Job, type JobsOptions, type RepeatOptions } from 'bullmq'
import type { RedisClient } from '../connection/redis-client.ts'
import { AliasStore } from '../alias/alias-store.ts'
import type { RedisConnection } from '../connection/redis-connection.ts'
import { Gate } from '../gate/gate.ts'
import { silentLogger, type Logger } from '../logger.ts'
import { PayloadStore } from '../payload/payload-store.ts'
import { RunPayloads } from '../payload/run-payloads.ts'
import { RedisBundleStore } from '../store/redis-bundle-store.ts'
import { Shards, type ShardsOptions } from '../shard/shards.ts'
import { StoredRuns } from '../submit/stored-runs.ts'
import { StalledLook } from '../take/stalled-look.ts'
import { failedEnd } from './run-end.ts'
import { parseScheduleName, scheduledRunIdOf, tickQueueNameOf, type ScheduleKey } from './schedule-key.ts'
import { ScheduleStore, type Tick } from './schedule-store.ts'
import { lookAfter, takeTick, type TickParts } from './take-tick.ts'
import { tellSchedule } from './tell-schedule.ts'
import { generationOf, TICK_ATTEMPTS, TickQueue, UPKEEP } from './tick-queue.ts'
import { wakeForDue } from './wake-for-due.ts'

export interface ScheduleTakerOptions extends ShardsOptions {
  /** Who takes the ticks, for those who look into the queue. */
  readonly executor: string
  readonly logger?: Logger
}

/** An idle executor should cost Redis next to nothing, and ticks are short: this is what another may be late by. */
const LIVENESS = {
  lockDuration: 3_000,
  stalledInterval: 3_000,
  maxStalledCount: 5,
  runRetryDelay: 500,
  // Looked for by `StalledLook`.
  skipStalledCheck: true,
  // The most that BullMQ blocks for. A tick that is due meanwhile, and that nobody knows of, is found by the same look.
  drainDelay: 10,
}

/** Takes the ticks of schedules, one at a time, and submits their runs. Every executor of a queue has one. */
export class ScheduleTaker implements AsyncDisposable {
  readonly #worker: Worker
  readonly #stalledLook: StalledLook
  readonly #parts: TickParts
  readonly #redis: RedisClient
  readonly #keyPrefix: string
  readonly #logger: Logger
  #closing: Promise<void> | undefined

  private constructor(connection: RedisConnection, options: ScheduleTakerOptions) {
    const { executor, keyPrefix, logger = silentLogger } = options
    const { redis } = connection
    const shards = new Shards(options, connection.isCluster)
    const queueName = shards.slotName
    const name = tickQueueNameOf(queueName)
    const queues = shards.queueNames.map((shard) => ({
      name: shard,
      gate: new Gate(redis, { keyPrefix, queueName: shard }),
      runs: new StoredRuns(connection, keyPrefix, shard),
    }))
    const store = new ScheduleStore(connection, `${keyPrefix}:${name}`)
    const bundles = new RedisBundleStore(connection, { keyPrefix })
    this.#redis = connection.redis
    this.#keyPrefix = keyPrefix
    this.#logger = logger
    this.#parts = {
      store,
      bundles,
      ticks: new TickQueue({ connection, store, keyPrefix, name, logger }),
      queueName,
      queueOf: (tenant) => shards.pick(queues, tenant),
      payloads: new RunPayloads(new PayloadStore(connection.redis, keyPrefix)),
      aliases: new AliasStore(connection, bundles, { keyPrefix }),
    }
    this.#worker = new Worker(name, (job) => this.#take(job), {
      ...LIVENESS,
      name: executor,
      connection: connection.redis,
      prefix: keyPrefix,
      concurrency: 1,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 100 },
    })
    this.#worker.on('error', (error) => logger.warn({ err: error }, 'BullMQ worker trouble'))
    this.#stalledLook = new StalledLook(this.#worker, {
      everyMs: LIVENESS.stalledInterval,
      mayBe: () => this.#mayHaveStalled(`${keyPrefix}:${name}`),
      logger,
    })
    void this.#stalledLook.start()
  }

  /** Starts taking ticks, on a connection that stays the caller's. */
  static start(connection: RedisConnection, options: ScheduleTakerOptions): ScheduleTaker {
    return new ScheduleTaker(connection, options)
  }

  /** Settles when ticks are being taken. */
  async ready(): Promise<void> {
    await this.#worker.waitUntilReady()
  }

  /** Takes no more ticks; the one under way is finished. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #mayHaveStalled(queueKey: string): Promise<boolean> {
    const active = `${queueKey}:active`
    // Where nobody has schedules, one question is enough.
    if ((await this.#redis.exists(active, `${queueKey}:delayed`)) === 0) return false
    await wakeForDue(this.#redis, queueKey)
    return (await this.#redis.exists(active)) === 1
  }

  async #take(job: Job): Promise<void> {
    if (job.name === UPKEEP) return this.#keepUp()
    const { key, tick } = tickOf(job)
    try {
      await takeTick(key, tick, this.#parts)
    } catch (error) {
      this.#logger.warn({ err: error, schedule: key.id, tenant: key.tenant }, 'A tick could not be delivered')
      if (mayHelp(error) && job.attemptsMade + 1 < TICK_ATTEMPTS) throw error
      await this.#giveUp(key, tick, error)
    }
  }

  async #giveUp(key: ScheduleKey, { dueAt }: Tick, thrown: unknown): Promise<void> {
    const run = {
      id: scheduledRunIdOf(key, dueAt),
      end: failedEnd('trouble', toIsolatedRuntimeError(thrown)),
    }
    await tellSchedule(this.#redis, this.#keyPrefix, { ...key, queueName: this.#parts.queueName }, run)
  }

  /** Bundles stay for as long as their schedules, whether those run or not; and what a crash left half done is mended. */
  async #keepUp(): Promise<void> {
    for (const key of await this.#parts.store.keys()) {
      try {
        await lookAfter(key, this.#parts)
      } catch (error) {
        this.#logger.warn(
          { err: error, schedule: key.id, tenant: key.tenant },
          'A schedule could not be looked after',
        )
      }
    }
  }

  async #close(): Promise<void> {
    this.#stalledLook[Symbol.dispose]()
    await this.#worker.close()
    await this.#parts.ticks[Symbol.asyncDispose]()
  }
}

/** Whether delivering a tick again may go better. */
function mayHelp(error: unknown): boolean {
  return !(error instanceof IsolatedRuntimeError) || error.retryable
}

/** BullMQ names the job of a tick `repeat:<scheduler>:<time>`, and counts on in its options. */
function tickOf(job: Job): { key: ScheduleKey; tick: Tick } {
  const dueAt = Number(job.id?.split(':').at(-1))
  const { repeat }: JobsOptions & { readonly repeat?: RepeatOptions } = job.opts
  const tick = { generation: generationOf(job.data), dueAt, ordinal: repeat?.count ?? 1 }
  return { key: parseScheduleName(job.repeatJobKey ?? ''), tick }
}
