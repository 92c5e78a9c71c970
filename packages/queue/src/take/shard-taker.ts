import { RunWorker } from '../bullmq/run-worker.ts'
import type { Processed } from '../bullmq/taken-job.ts'
import { CancelListener } from '../active/cancel-listener.ts'
import { Gate } from '../gate/gate.ts'
import { noteQuarantined } from '../gate/quarantine.ts'
import { ReplySender } from '../replies/reply-sender.ts'
import { tellLive } from '../live/tell-live.ts'
import type { Logger } from '../logger.ts'
import { OutcomePayloads } from '../payload/outcome-payloads.ts'
import { PayloadStore } from '../payload/payload-store.ts'
import { RunPayloads } from '../payload/run-payloads.ts'
import type { StoredOutcome } from '../payload/run-result.ts'
import { cancelChannel, homeMarkKey, queueKeyOf } from '../redis/keys.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import type { RedisConnection } from '../redis/redis-connection.ts'
import type { HandleRun } from '../run/handle-run.ts'
import { runFieldsOf } from '../run/run-key.ts'
import { REDIS_TIME, takeNextScript } from '../scripts/gate-scripts.ts'
import { redisTimeScript } from '../scripts/key-scripts.ts'
import { ActiveRuns } from '../active/active-runs.ts'
import type { BackgroundWrites } from './background-writes.ts'
import { closedHere } from './closed-here.ts'
import { GatePulse, type OverloadOptions } from './gate-pulse.ts'
import { OpenSlots } from './open-slots.ts'
import { processRun, type ProcessRunOptions } from './process-run.ts'
import { RuleBook } from './rule-book.ts'
import { RunCompleter } from './run-completer.ts'
import { endsOf } from './run-ends.ts'
import { RunLeases } from '../active/run-leases.ts'
import { RunMarks } from '../active/run-marks.ts'
import { RunNotifier } from './run-notifier.ts'
import { TakenRun } from './taken-run.ts'

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
  readonly writes: BackgroundWrites
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

/**
 * Takes the runs of one shard. What an executor does with a run:
 *
 *     take       `lua/gate/take-next.lua`, or the last step of the run before     a lease, a lock
 *     run        `#process`: `processRun`, then what came of it is stored          an outcome, a pause, or back to the queue
 *     complete   `RunCompleter`: one script that also replies and takes the next   the outcome is there
 *     notify     `RunNotifier`: what that script could not say                     in the background
 */
export class ShardTaker {
  /** Where it is told which runs are to be cancelled. */
  readonly channel: string
  readonly cancels: CancelListener
  readonly #options: ShardTakerOptions
  readonly #worker: RunWorker<TakenRun, StoredOutcome>
  readonly #pulse: GatePulse
  readonly #active = new ActiveRuns()
  readonly #outcomes: OutcomePayloads
  readonly #notifier: RunNotifier
  readonly #leases: RunLeases
  readonly #processing: ProcessRunOptions
  readonly #open = new OpenSlots()
  #waking: NodeJS.Timeout | undefined

  constructor(options: ShardTakerOptions) {
    const { connection, redis, keyPrefix, queueName, executor, slots, writes, logger } = options
    const { keepOutcomeMs, pulseName } = options
    const queueKey = queueKeyOf(keyPrefix, queueName)
    const gate = new Gate(redis, { keyPrefix, queueName, home: pulseName })
    const rules = new RuleBook(redis, queueKey, logger)
    const store = new PayloadStore(redis, keyPrefix)
    const payloads = new RunPayloads(store)
    const marks = new RunMarks(connection, keyPrefix, queueName)
    const completer = new RunCompleter({ ...options, queueKey, leaseMs: LEASE_MS })
    this.#options = options
    this.channel = cancelChannel(queueKey)
    this.cancels = new CancelListener({ active: this.#active, marks, logger })
    this.#outcomes = new OutcomePayloads(store)
    this.#notifier = new RunNotifier({
      ...options,
      gate,
      payloads,
      replies: new ReplySender(redis, keyPrefix),
      outcomes: this.#outcomes,
      spareMs: SPARE_MS,
    })
    this.#pulse = new GatePulse(gate, {
      ...options,
      executor: pulseName,
      openSlots: () => this.#open.count(this.#worker.slots, this.#leases.size),
      rules,
      onLost: (jobId) =>
        logger.warn(
          { event: 'run.lease-expired', ...runFieldsOf(jobId) },
          'The executor of a run stopped renewing its lease; the run is queued again',
        ),
      onUnneeded: (payload) => writes.add(store.expire(payload, SPARE_MS)),
    })
    this.#leases = new RunLeases({
      redis,
      queueKey,
      leaseMs: LEASE_MS,
      renewEveryMs: RENEW_EVERY_MS,
      onLost: (jobIds) => this.#lose(new Set(jobIds)),
      logger,
    })
    const handle = tellLive(options.handle, { redis, queueKey, logger })
    const { cancels } = this
    this.#processing = {
      handle,
      executor,
      active: this.#active,
      cancels,
      gate,
      marks,
      payloads,
      rules,
      logger,
    }
    const taking = { time: REDIS_TIME, leaseMs: LEASE_MS, executor, home: pulseName } as const
    this.#worker = new RunWorker<TakenRun, StoredOutcome>({
      redis,
      keyPrefix,
      queueName,
      executor,
      slots,
      logger,
      time: () => redisTimeScript(redis, queueKey, {}),
      ownMarkKey: homeMarkKey(queueKey, pulseName),
      take: (token) => this.#open.during(takeNextScript(redis, queueKey, { ...taking, token })),
      runOf: (job) => new TakenRun(job, keepOutcomeMs),
      process: (run) => this.#process(run),
      complete: (run, how) => this.#open.during(completer.complete(run, how)),
      onCompleted: (run) => this.#notify(run),
      onFailed: (run, error) => this.#fail(run, error),
      onDue: () => this.#pulse.soon(),
      onUnreadable: (jobId, why) => writes.add(noteQuarantined(redis, queueKey, { jobId, why })),
    })
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
    // First: while nothing is asked for, it is known how many slots are open.
    await this.#pulse.start()
    await this.#worker.start()
  }

  /** How many runs of the shard may go on here from now on. */
  limit(runs: number): void {
    const before = this.#worker.slots
    this.#worker.slots = runs
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

  async #process(run: TakenRun): Promise<Processed<StoredOutcome>> {
    const { id, token, data } = run.job
    using held = new DisposableStack()
    held.use(this.#enter())
    held.use(this.#leases.hold(id, token))
    const processed = await processRun(run, this.#processing)
    if (processed.kind !== 'over') return processed
    // Before the job is completed: whoever hears of the outcome finds it.
    const outcome = await this.#outcomes.stow(id, processed.result, run.keepMs + SPARE_MS)
    run.settle(outcome, endsOf(data, processed.result))
    return { kind: 'over', result: outcome }
  }

  #notify(run: TakenRun, trouble?: Error): void {
    this.#notifier.notify(run, trouble)
    this.#pulse.endCalm()
  }

  #fail(run: TakenRun | undefined, error: Error): void {
    this.#options.logger.error({ event: 'run.given-up', err: error, job: run?.job.id }, 'A run was given up')
    if (run !== undefined) this.#notify(run, error)
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
    if (this.activeRuns > 0) this.#worker.lookAgain()
  }
}
