import type { Job } from 'bullmq'
import { CancelListener } from '../cancel/cancel-listener.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { redisTimeScript } from '../scripts/key-scripts.ts'
import { Gate, type FinishedRun } from '../gate/gate.ts'
import { noteQuarantined } from '../gate/quarantine.ts'
import { outcomeFields, troubleFields } from '../inbox/reply.ts'
import { runFieldsOf, runKeyOf } from '../run-key.ts'
import type { Logger } from '../logger.ts'
import { tellLive } from '../live/tell-live.ts'
import { OutcomePayloads, type StoredOutcome } from '../payload/outcome-payloads.ts'
import { PayloadStore } from '../payload/payload-store.ts'
import { payloadOf, RunPayloads } from '../payload/run-payloads.ts'
import { ActiveRuns } from './active-runs.ts'
import { closedHere } from './closed-here.ts'
import type { Courtesies } from './courtesies.ts'
import { GatePulse, type OverloadOptions } from './gate-pulse.ts'
import { keepMsOf } from './keep-outcome.ts'
import { leanBackend } from './lean-backend.ts'
import { takeNextScript } from '../scripts/gate-scripts.ts'
import { cancelChannel, queueKeyOf } from '../redis/keys.ts'
import { processJob, type HandleRun } from './process-job.ts'
import { ReplySender } from './reply-sender.ts'
import { RunCompleter } from './run-completer.ts'
import { endsOf } from './run-ends.ts'
import { RuleBook } from './rule-book.ts'
import { RunLeases } from './run-leases.ts'
import { RunMarks } from './run-marks.ts'
import { RunWorker } from './run-worker.ts'

export interface ShardTakerOptions {
  /** For what nobody waits for. */
  readonly connection: RedisConnection
  /** Completes jobs and writes the replies, in this order: a reply never overtakes its outcome. */
  readonly redis: RedisClient
  readonly keyPrefix: string
  /** The name of the BullMQ queue. */
  readonly queueName: string
  /** The number of the shard. */
  readonly shard: number
  /** A name that no other executor has. */
  readonly pulseName: string
  readonly executor: string
  readonly slots: number
  /** Counts a run until the result is disposed of. */
  readonly enter: () => Disposable
  readonly handle: HandleRun
  readonly courtesies: Courtesies
  readonly keepOutcomeMs: number
  readonly maxKeptOutcomes: number
  readonly overload: OverloadOptions
  readonly logger: Logger
}

/** Outcomes that lie beside their jobs outlive them, for those who have seen the job. */
const SPARE_MS = 60_000
/** A shard that may take more finds out by itself when one of its runs ends; by then at the latest it is told. */
const WAKE_AFTER_MS = 50

/**
 * A dead executor's runs start again elsewhere when their lease ends. It is renewed so often that an executor which stands still
 * for two seconds keeps its runs.
 */
const LEASE_MS = 2_700
const RENEW_EVERY_MS = 300

const BULLMQ = {
  // Of jobs that BullMQ's own script takes, until their leases are renewed.
  lockDuration: 3_000,
  runRetryDelay: 250,
  // Leases take the place of these two.
  skipStalledCheck: true,
  skipLockRenewal: true,
  // The most that BullMQ blocks for. A run that nobody is told of is found by the tick of the gate.
  drainDelay: 10,
}

/** Takes the runs of one shard. */
export class ShardTaker {
  /** Where it is told which runs are to be cancelled. */
  readonly channel: string
  readonly cancels: CancelListener
  readonly #options: ShardTakerOptions
  readonly #worker: RunWorker<unknown, StoredOutcome>
  readonly #replies: ReplySender
  readonly #payloads: RunPayloads
  readonly #gate: Gate
  readonly #pulse: GatePulse
  readonly #active = new ActiveRuns()
  readonly #outcomes: OutcomePayloads
  readonly #completer: RunCompleter
  readonly #leases: RunLeases
  #waking: NodeJS.Timeout | undefined

  constructor(options: ShardTakerOptions) {
    const { connection, redis, keyPrefix, queueName, executor, slots, overload, logger } = options
    const { keepOutcomeMs, maxKeptOutcomes, pulseName } = options
    const queueKey = queueKeyOf(keyPrefix, queueName)
    this.#options = options
    this.#completer = new RunCompleter({ ...options, queueKey, leaseMs: LEASE_MS })
    this.channel = cancelChannel(queueKey)
    this.#replies = new ReplySender(redis, keyPrefix)
    this.#gate = new Gate(redis, { keyPrefix, queueName })
    const rules = new RuleBook(redis, queueKey, logger)
    const store = new PayloadStore(redis, keyPrefix)
    this.#outcomes = new OutcomePayloads(store)
    this.#pulse = new GatePulse(this.#gate, {
      executor: pulseName,
      slots,
      overload,
      keepOutcomeMs,
      maxKeptOutcomes,
      rules,
      onLost: (jobId) =>
        logger.warn(
          { event: 'run.lease-expired', ...runFieldsOf(jobId) },
          'The executor of a run stopped renewing its lease; the run is queued again',
        ),
      onUnneeded: (payload) => options.courtesies.add(store.expire(payload, SPARE_MS)),
      logger,
    })
    this.#payloads = new RunPayloads(store)
    const marks = new RunMarks(connection, keyPrefix, queueName)
    this.cancels = new CancelListener({ active: this.#active, marks, logger })
    this.#leases = new RunLeases({
      redis,
      queueKey,
      leaseMs: LEASE_MS,
      renewEveryMs: RENEW_EVERY_MS,
      onLost: (jobIds) => this.#lose(new Set(jobIds)),
      logger,
    })
    const parts = {
      handle: tellLive(options.handle, { redis, queueKey, logger }),
      executor,
      active: this.#active,
      cancels: this.cancels,
      gate: this.#gate,
      marks,
      payloads: this.#payloads,
      rules,
      logger,
    }
    this.#worker = new RunWorker<unknown, StoredOutcome>(
      queueName,
      async (job) => {
        using held = new DisposableStack()
        held.use(this.#enter())
        const { id: jobId = '', data, token = '' } = job
        held.use(this.#leases.hold(jobId, token))
        const told = await processJob(job, parts)
        const keepMs = keepMsOf(data, keepOutcomeMs)
        // Before the job is completed: whoever hears of the outcome finds it.
        const outcome = await this.#outcomes.stow(jobId, told, keepMs + SPARE_MS)
        const replyTo = textOf(data, 'replyTo')
        this.#completer.ended(job, { jobId, outcome, ends: endsOf(data, told), keepMs, replyTo })
        return outcome
      },
      {
        ...BULLMQ,
        name: executor,
        connection: redis,
        prefix: keyPrefix,
        concurrency: slots,
        autorun: false,
      },
      leanBackend({
        executor,
        take: (token) => takeNextScript(redis, queueKey, { token, leaseMs: LEASE_MS, executor }),
        time: () => redisTimeScript(redis, queueKey, {}),
        complete: (job, how) => this.#completer.complete(job, how),
        onDue: () => this.#pulse.soon(),
      }),
    )
    this.#worker.onUnreadable = (jobId, why) =>
      options.courtesies.add(noteQuarantined(redis, queueKey, { jobId, why }))
    this.#listen()
  }

  /** How many runs of the shard are going on here. */
  get activeRuns(): number {
    return this.#active.size
  }

  /** What was set aside, and why the queue does not work here. */
  get pulse(): Pick<GatePulse, 'quarantined' | 'problem'> {
    return this.#pulse
  }

  /** Settles when runs are being taken. */
  async start(): Promise<void> {
    await this.#worker.waitUntilReady()
    // It ends when the worker is closed.
    this.#worker.run().catch((error: unknown) => {
      this.#options.logger.error({ event: 'bullmq.worker-stopped', err: error }, 'A BullMQ worker stopped')
    })
    await this.#pulse.start()
  }

  /** How many runs of the shard may go on here from now on. */
  limit(runs: number): void {
    const before = this.#worker.concurrency
    this.#worker.concurrency = runs
    // With as many runs as it might have, the worker waits for one of them to end.
    if (runs <= this.activeRuns || before > this.activeRuns) return
    this.#waking ??= setTimeout(() => this.#wake(), WAKE_AFTER_MS)
  }

  /** Hands back what is going on. */
  giveUp(reason: Error): void {
    this.#active.giveUp(reason)
  }

  /** Takes no more runs, and settles when those under way are over. */
  async close(): Promise<void> {
    clearTimeout(this.#waking)
    await Promise.all([this.#worker.close(), this.#pulse.stop()])
    this.#leases[Symbol.dispose]()
  }

  #enter(): Disposable {
    clearTimeout(this.#waking)
    this.#waking = undefined
    return this.#options.enter()
  }

  #lose(jobIds: ReadonlySet<string>): void {
    this.#active.giveUp(closedHere('the queue has given the run to another executor'), (id) => jobIds.has(id))
  }

  #wake(): void {
    this.#waking = undefined
    if (this.activeRuns === 0 || this.#worker.closing) return
    // Between these two nothing happens: the worker does not pause, but looks again whether it may take more.
    void this.#worker.pause(true)
    void this.#worker.resume()
  }

  #listen(): void {
    this.#worker
      .on('completed', (job, outcome) => {
        const { reply, finish } = this.#completer.leftToSay(job)
        if (reply)
          this.#reply(job, (jobId) => outcomeFields(jobId, JSON.stringify(outcome), this.#options.shard))
        if (finish) this.#finish(job, outcome.usage)
        this.#keepPayload(job, outcome)
        this.#drop(job)
        this.#pulse.endCalm()
      })
      .on('failed', (job, error) => {
        this.#options.logger.error({ event: 'run.given-up', err: error, job: job?.id }, 'A run was given up')
        this.#reply(job, (jobId) => troubleFields(jobId, error.message, this.#options.shard))
        this.#finish(job)
        this.#drop(job)
        this.#pulse.endCalm()
      })
      .on('error', (error) =>
        this.#options.logger.warn({ event: 'bullmq.worker-error', err: error }, 'BullMQ worker error'),
      )
  }

  #reply(job: Job<unknown> | undefined, fields: (jobId: string) => string[]): void {
    const replyTo = textOf(job?.data, 'replyTo')
    if (job?.id === undefined || replyTo === undefined) return
    this.#options.courtesies.add(this.#replies.send(replyTo, fields(job.id)))
  }

  #finish(job: Job<unknown> | undefined, usage?: FinishedRun['usage']): void {
    const key = runKeyOf(job?.id ?? '')
    if (job === undefined || key === undefined) return
    const ends = this.#completer.endsOf(job) ?? 'trouble'
    this.#options.courtesies.add(this.#gate.finish({ tenant: key.tenant, runId: key.id, ends, usage }))
  }

  /** What lies beside the job was stored before the run was over, and ends no earlier than the job. */
  #keepPayload(job: Job<unknown>, outcome: StoredOutcome): void {
    if (!('payload' in outcome)) return
    const { courtesies, keepOutcomeMs } = this.#options
    courtesies.add(this.#outcomes.keep(outcome, keepMsOf(job.data, keepOutcomeMs) + SPARE_MS))
  }

  #drop(job: Job<unknown> | undefined): void {
    if (payloadOf(job?.data)) this.#options.courtesies.add(this.#payloads.drop(job?.data))
  }
}

/** A field of a message that may be malformed: what can be had among the ruins is good enough. */
function textOf(data: unknown, field: 'replyTo' | 'tenant'): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const value: unknown = Reflect.get(data, field)
  return typeof value === 'string' && value !== '' ? value : undefined
}
