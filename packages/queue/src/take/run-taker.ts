import { randomUUID } from 'node:crypto'
import {
  DEFAULT_KEEP_OUTCOME_MS,
  DEFAULT_KEY_PREFIX,
  DEFAULT_QUEUE_NAME,
  IsolatedRuntimeError,
} from '@isolated-runtime/protocol'
import { Worker, type Job } from 'bullmq'
import type { RedisClient } from '../connection/redis-client.ts'
import { CancelListener } from '../cancel/cancel-listener.ts'
import type { RedisConnection } from '../connection/redis-connection.ts'
import { within } from '../connection/within.ts'
import { Gate, type FinishedRun } from '../gate/gate.ts'
import { outcomeFields, troubleFields } from '../inbox/reply.ts'
import { runIdOf } from '../job-id.ts'
import { OutcomePayloads, type StoredOutcome } from '../payload/outcome-payloads.ts'
import { PayloadStore } from '../payload/payload-store.ts'
import { payloadOf, RunPayloads } from '../payload/run-payloads.ts'
import { silentLogger, type Logger } from '../logger.ts'
import { ActiveRuns } from './active-runs.ts'
import { Courtesies } from './courtesies.ts'
import { GatePulse, type OverloadOptions } from './gate-pulse.ts'
import { keepMsOf, keepOutcome, type KeepOutcomeOptions } from './keep-outcome.ts'
import { processJob, type HandleRun } from './process-job.ts'
import { ReplySender } from './reply-sender.ts'
import { RuleBook } from './rule-book.ts'
import { RunMarks } from './run-marks.ts'

export interface RunTakerOptions {
  /** Who takes the runs, as outcomes name it. */
  readonly executor: string
  /** How many runs are taken at once. */
  readonly slots: number
  readonly handle: HandleRun
  /** @default 'runs' */
  readonly queueName?: string
  /** What every key starts with. @default 'isolated-runtime' */
  readonly keyPrefix?: string
  /**
   * How long an outcome is kept, in milliseconds. Under a minute, a client that was away for a moment may find its run
   * lost, and a submit that Redis got twice may run twice. All executors of a queue should agree. @default 600_000
   */
  readonly keepOutcomeMs?: number
  /** How many outcomes are kept at most, whatever their age. @default 100_000 */
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
/** Outcomes that lie beside their jobs outlive them, for those who have seen the job. */
const SPARE_MS = 60_000
/** What handing back and taking leave of Redis may take after the grace. */
const LEAVE_MS = 2_000

/** A dead executor's runs start again elsewhere after `lockDuration` and two `stalledInterval`s at the latest. */
const LIVENESS = {
  lockDuration: 3_000,
  stalledInterval: 1_000,
  // A lost connection stalls runs that harm nobody; a run that brings down six executors is given up.
  maxStalledCount: 5,
  runRetryDelay: 250,
}

/**
 * Takes runs off the queue, has them run, and completes them: first the outcome is stored with the job, then it is told
 * to the client that asked. The job's lock sees to it that of two executors with one run only one completes it.
 */
export class RunTaker implements AsyncDisposable {
  readonly #worker: Worker<unknown, StoredOutcome>
  readonly #redis: RedisClient
  readonly #replies: ReplySender
  readonly #payloads: RunPayloads
  readonly #gate: Gate
  readonly #pulse: GatePulse
  readonly #courtesies: Courtesies
  readonly #active = new ActiveRuns()
  readonly #cancels: CancelListener
  readonly #logger: Logger
  readonly #kept: Pick<KeepOutcomeOptions, 'queueKey' | 'defaultMs'>
  #closing: Promise<void> | undefined

  private constructor(connection: RedisConnection, options: RunTakerOptions) {
    const { executor, handle, slots, overload = {}, logger = silentLogger } = options
    const { keyPrefix = DEFAULT_KEY_PREFIX, queueName = DEFAULT_QUEUE_NAME } = options
    this.#logger = logger
    this.#redis = connection.duplicate()
    // The connection that completes jobs writes the replies too: a reply never overtakes its outcome.
    this.#replies = new ReplySender(this.#redis, keyPrefix)
    this.#gate = new Gate(this.#redis, { keyPrefix, queueName })
    const rules = new RuleBook(this.#redis, `${keyPrefix}:${queueName}`, logger)
    this.#pulse = new GatePulse(this.#gate, {
      executor: `${executor}/${randomUUID()}`,
      slots,
      overload,
      rules,
      logger,
    })
    this.#courtesies = new Courtesies((error) =>
      logger.warn({ err: error }, 'What became of a run could not be told; it will be looked for'),
    )
    const store = new PayloadStore(this.#redis, keyPrefix)
    const outcomes = new OutcomePayloads(store)
    this.#payloads = new RunPayloads(store)
    const marks = new RunMarks(connection, keyPrefix, queueName)
    const cancels = new CancelListener(connection, {
      keyPrefix,
      queueName,
      active: this.#active,
      marks,
      logger,
    })
    this.#cancels = cancels
    const { keepOutcomeMs = DEFAULT_KEEP_OUTCOME_MS } = options
    this.#kept = { queueKey: `${keyPrefix}:${queueName}`, defaultMs: keepOutcomeMs }
    const kept = {
      age: Math.ceil(keepOutcomeMs / 1_000),
      count: options.maxKeptOutcomes ?? DEFAULT_MAX_KEPT_OUTCOMES,
    }
    this.#worker = new Worker<unknown, StoredOutcome>(
      queueName,
      async (job) => {
        const parts = {
          handle,
          executor,
          active: this.#active,
          cancels,
          marks,
          payloads: this.#payloads,
          rules,
          logger,
        }
        const outcome = await processJob(job, parts)
        // Before the job is completed: whoever hears of the outcome finds it.
        return outcomes.stow(runIdOf(job.id ?? ''), outcome, keepMsOf(job.data, keepOutcomeMs) + SPARE_MS)
      },
      {
        ...LIVENESS,
        name: executor,
        connection: this.#redis,
        prefix: keyPrefix,
        concurrency: slots,
        removeOnComplete: kept,
        removeOnFail: kept,
      },
    )
    this.#listen()
  }

  /** Starts taking runs as soon as the connection is there. */
  static start(connection: RedisConnection, options: RunTakerOptions): RunTaker {
    return new RunTaker(connection, options)
  }

  /** How many runs are going on here. */
  get activeRuns(): number {
    return this.#active.size
  }

  /** Settles when runs are being taken. */
  async ready(): Promise<void> {
    await Promise.all([this.#worker.waitUntilReady(), this.#cancels.ready()])
    await this.#pulse.start()
  }

  /** Stops taking runs, lets active ones finish, and hands back to the queue what has not finished after the grace. */
  close(options: CloseTakerOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options.graceMs ?? DEFAULT_GRACE_MS)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #listen(): void {
    this.#worker
      .on('completed', (job, outcome) => {
        this.#reply(job, (runId) => outcomeFields(runId, JSON.stringify(outcome)))
        this.#finish(job, outcome)
        this.#keep(job, 'completed')
        if (payloadOf(job.data)) this.#courtesies.add(this.#payloads.drop(job.data))
      })
      .on('failed', (job, error) => {
        this.#logger.error({ err: error, job: job?.id }, 'A run was given up')
        this.#reply(job, (runId) => troubleFields(runId, error.message))
        this.#finish(job, { status: 'trouble' })
        this.#keep(job, 'failed')
      })
      .on('stalled', (jobId) => this.#logger.warn({ run: runIdOf(jobId) }, 'A run was lost by its executor'))
      .on('lockRenewalFailed', (jobIds) => {
        const lost = new Set(jobIds)
        this.#active.giveUp(closed('the queue has given the run to another executor'), (id) => lost.has(id))
      })
      .on('error', (error) => this.#logger.warn({ err: error }, 'BullMQ worker trouble'))
  }

  #reply(job: Job<unknown> | undefined, fields: (runId: string) => string[]): void {
    const replyTo = textOf(job?.data, 'replyTo')
    if (job?.id === undefined || replyTo === undefined) return
    this.#courtesies.add(this.#replies.send(replyTo, fields(runIdOf(job.id))))
  }

  #finish(job: Job<unknown> | undefined, { status, usage }: Pick<FinishedRun, 'status' | 'usage'>): void {
    const tenant = textOf(job?.data, 'tenant')
    if (job?.id === undefined || tenant === undefined) return
    this.#courtesies.add(this.#gate.finish({ tenant, runId: runIdOf(job.id), status, usage }))
  }

  #keep(job: Job<unknown> | undefined, set: KeepOutcomeOptions['set']): void {
    if (job?.id === undefined) return
    this.#courtesies.add(keepOutcome(this.#redis, { ...this.#kept, jobId: job.id, set, message: job.data }))
  }

  async #close(graceMs: number): Promise<void> {
    const handBack = setTimeout(() => this.#active.giveUp(closed('the executor is shutting down')), graceMs)
    try {
      await within(
        Promise.all([this.#worker.close().then(() => this.#courtesies.flush()), this.#pulse.stop()]),
        graceMs + LEAVE_MS,
        () => closed(`Redis did not answer within ${graceMs + LEAVE_MS} ms`),
      )
    } catch (error) {
      this.#logger.warn({ err: error }, 'The queue was left without a word; its locks will expire')
    } finally {
      clearTimeout(handBack)
      this.#cancels[Symbol.dispose]()
      this.#redis.disconnect()
    }
  }
}

/** A field of a message that may be malformed: what can be had among the ruins is good enough. */
function textOf(data: unknown, field: 'replyTo' | 'tenant'): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const value: unknown = Reflect.get(data, field)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function closed(why: string): IsolatedRuntimeError {
  return new IsolatedRuntimeError('CLOSED', `The run is not carried on here: ${why}`)
}
