import { randomUUID } from 'node:crypto'
import { DEFAULT_KEEP_OUTCOME_MS } from '@isolated-runtime/protocol'
import { CancelSubscription } from '../active/cancel-subscription.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { within } from '../redis/within.ts'
import type { Quarantined } from '../gate/quarantine.ts'
import { silentLogger, type Logger } from '../logger.ts'
import { agreeOnShards } from '../shard/agree-on-shards.ts'
import { Shards } from '../shard/shards.ts'
import { closedHere } from './closed-here.ts'
import { BackgroundWrites } from './background-writes.ts'
import type { OverloadOptions } from './gate-pulse.ts'
import type { HandleRun } from '../run/handle-run.ts'
import { ShardTaker } from './shard-taker.ts'
import { SlotShares } from './slot-shares.ts'
import { DEFAULT_KEY_PREFIX, DEFAULT_QUEUE_NAME } from '../redis/names.ts'

export interface RunTakerOptions {
  /** Who takes the runs, as outcomes name it. */
  readonly executor: string
  /** How many runs are taken at once; with several shards, up to one more of each may wait here for a slot. */
  readonly slots: number
  readonly handle: HandleRun
  /** @default 'runs' */
  readonly queueName?: string
  /** What every key starts with. @default 'isolated-runtime' */
  readonly keyPrefix?: string
  /** How many shards the queue has, as for its clients. @default 1 */
  readonly shards?: number
  /**
   * How long an outcome is kept, in milliseconds. Under a minute, a client that was away for a moment may find its run
   * lost, and a submit that Redis got twice may run twice. All executors of a queue should agree. @default 600_000
   */
  readonly keepOutcomeMs?: number
  /**
   * How many outcomes are kept at most in each shard, whatever their age; of those that are kept beside their jobs as many
   * for themselves. @default 100_000
   */
  readonly maxKeptOutcomes?: number
  /** When the fleet takes no more runs. All executors of a queue should agree. */
  readonly overload?: OverloadOptions
  readonly logger?: Logger
}

export interface CloseTakerOptions {
  /** How long active runs may go on before they are handed back to the queue, in milliseconds. @default 25_000 */
  readonly graceMs?: number
}

const DEFAULT_MAX_KEPT_OUTCOMES = 100_000
const DEFAULT_GRACE_MS = 25_000
/** What handing back and taking leave of Redis may take after the grace. */
const LEAVE_MS = 2_000

/**
 * Takes runs off the queue, has them run, and completes them: first the outcome is stored with the job, then it is told
 * to the client that asked. The job's lock sees to it that of two executors with one run only one completes it.
 */
export class RunTaker implements AsyncDisposable {
  readonly #shards: readonly ShardTaker[]
  readonly #redis: RedisClient
  readonly #writes: BackgroundWrites
  readonly #shares: SlotShares
  readonly #cancels: CancelSubscription
  readonly #logger: Logger
  readonly #ready: Promise<void>
  #closing: Promise<void> | undefined

  private constructor(connection: RedisConnection, options: RunTakerOptions) {
    const { executor, handle, slots, overload = {}, logger = silentLogger } = options
    const { keyPrefix = DEFAULT_KEY_PREFIX, queueName = DEFAULT_QUEUE_NAME, shards = 1 } = options
    const { queueNames } = new Shards({ keyPrefix, queueName, shards }, connection.isCluster)
    this.#logger = logger
    this.#redis = connection.duplicate()
    this.#writes = new BackgroundWrites((error) =>
      logger.warn(
        { event: 'reply.send-failed', err: error },
        'Could not send the reply of a run; its waiter polls for the outcome',
      ),
    )
    this.#shares = new SlotShares(slots, shards, (shard, limit) => this.#shards[shard]?.limit(limit))
    const pulseName = `${executor}/${randomUUID()}`
    this.#shards = queueNames.map(
      (name, shard) =>
        new ShardTaker({
          connection,
          redis: this.#redis,
          keyPrefix,
          queueName: name,
          shard,
          pulseName,
          executor,
          slots,
          enter: () => this.#shares.enter(shard),
          handle,
          writes: this.#writes,
          keepOutcomeMs: options.keepOutcomeMs ?? DEFAULT_KEEP_OUTCOME_MS,
          maxKeptOutcomes: options.maxKeptOutcomes ?? DEFAULT_MAX_KEPT_OUTCOMES,
          overload,
          logger,
        }),
    )
    this.#cancels = new CancelSubscription(connection, {
      listeners: new Map(this.#shards.map(({ channel, cancels }) => [channel, cancels])),
      logger,
    })
    this.#ready = this.#start(() => agreeOnShards(connection, { keyPrefix, queueName, shards }))
    // Whoever does not ask for it takes no runs, or sees that it does.
    this.#ready.catch(() => undefined)
  }

  /** Starts taking runs as soon as the connection is there. @throws `INVALID_OPTIONS` */
  static start(connection: RedisConnection, options: RunTakerOptions): RunTaker {
    return new RunTaker(connection, options)
  }

  /** How many runs are going on here. */
  get activeRuns(): number {
    return this.#shards.reduce((sum, { activeRuns }) => sum + activeRuns, 0)
  }

  /** What was set aside within a day, because it could not be read, of all shards. */
  get quarantined(): readonly Quarantined[] {
    return this.#shards.flatMap(({ pulse }) => pulse.quarantined)
  }

  /** Why queues do not work here, in words; empty when they do. */
  get problems(): readonly string[] {
    return this.#shards.flatMap(({ pulse }) => pulse.problem ?? [])
  }

  /** Settles when runs are being taken. @throws `INVALID_OPTIONS` when the queue has another number of shards */
  ready(): Promise<void> {
    return this.#ready
  }

  /** Stops taking runs, lets active ones finish, and hands back to the queue what has not finished after the grace. */
  close(options: CloseTakerOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options.graceMs ?? DEFAULT_GRACE_MS)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #start(agree: () => Promise<void>): Promise<void> {
    await agree()
    if (this.#closing) return
    await Promise.all([...this.#shards.map((shard) => shard.start()), this.#cancels.ready()])
  }

  async #close(graceMs: number): Promise<void> {
    const handBack = setTimeout(() => {
      for (const shard of this.#shards) shard.giveUp(closedHere('the executor is shutting down'))
    }, graceMs)
    try {
      await within(
        Promise.all(this.#shards.map((shard) => shard.close())).then(() => this.#writes.flush()),
        graceMs + LEAVE_MS,
        () => closedHere(`Redis did not answer within ${graceMs + LEAVE_MS} ms`),
      )
    } catch (error) {
      this.#logger.warn(
        { event: 'executor.leave-failed', err: error },
        'Could not sign off from the queue; the leases expire',
      )
    } finally {
      clearTimeout(handBack)
      this.#shares[Symbol.dispose]()
      this.#cancels[Symbol.dispose]()
      this.#redis.disconnect()
    }
  }
}
