import {
  endsWithinMs,
  IsolatedRuntimeError,
  startsWithinMs,
  toIsolatedRuntimeError,
  type RunMessage,
  type WorkResult,
} from '@isolated-runtime/protocol'
import { runsOfTenant } from '../admin/runs-of-tenant.ts'
import { RunQueue } from '../bullmq/run-queue.ts'
import { runNotFound, runStatus, type RunStatus } from '../admin/run-status.ts'
import { RunCanceller } from '../cancel/run-canceller.ts'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { unlessAborted, within } from '../redis/within.ts'
import { queueKeyOf } from '../redis/keys.ts'
import { Gate, type EnqueueOptions } from '../gate/gate.ts'
import type { Reply } from '../replies/reply.ts'
import { jobIdOf, runIdOf, type RunKey } from '../run/run-key.ts'
import { liveReaderOf, type LiveReader } from '../live/live-reader.ts'
import type { Logger } from '../logger.ts'
import { OutcomePayloads } from '../payload/outcome-payloads.ts'
import { PayloadStore } from '../payload/payload-store.ts'
import { RunPayloads, type QueuedRun } from '../payload/run-payloads.ts'
import { ReplySender } from '../replies/reply-sender.ts'
import { dropUnused, dropValues } from './drop-values.ts'
import { enqueueStowed } from './enqueue-stowed.ts'
import { ExecutorWatch } from './executor-watch.ts'
import { RunWaits, type WaitOptions } from './run-waits.ts'
import { StoredRuns } from './stored-runs.ts'

/** A run that is on the queue, or was. */
export interface SubmittedRun {
  readonly id: string
  readonly tenant: string
  /** Rejects with `RUN_LOST`, `WAIT_TIMED_OUT`, `CLOSED` or a code of platform trouble. */
  readonly outcome: Promise<WorkResult>
  /** Reads what the run says while it goes on, if it was asked for. */
  readonly live?: LiveReader | undefined
  /** Waits for it no more; `outcome` is of no use then. */
  readonly leave?: (() => void) | undefined
}

export interface SubmitOptions extends EnqueueOptions {
  /** How long it waits while no executor is on the queue, in milliseconds. @default as long as for an executor */
  readonly withoutExecutorMs?: number | undefined
  /** Takes it back when it is aborted before the run is on the queue. */
  readonly signal?: AbortSignal | undefined
}

export interface SubmitShardOptions {
  readonly keyPrefix: string
  /** The name of the BullMQ queue. */
  readonly queueName: string
  /** The number of the shard. */
  readonly shard: number
  readonly graceMs: number
  /** A result was stored that no reply had told of. */
  readonly onMissedReply: () => void
  readonly logger: Logger
}

/** A reply that has not come by then is looked for. */
const LOOK_FOR_LOST_REPLY_MS = 2_000
/** Runs that were submitted elsewhere reply elsewhere, so looking is the only way to hear of them. */
const LOOK_FOR_ATTACHED_MS = 250
/** What is asked again soon is not waited for. */
const LOOK_FOR_EXECUTORS_MS = 1_000
/** How many runs are cancelled at the same time when all runs of a tenant are. */
const CANCELS_AT_ONCE = 100

/** The runs of one shard, as their client sees them: what is put there, and what is waited for. */
export class SubmitShard implements AsyncDisposable {
  readonly #connection: RedisConnection
  readonly #options: SubmitShardOptions
  readonly #queue: RunQueue
  readonly #gate: Gate
  readonly #runs: RunPayloads
  readonly #stored: StoredRuns
  readonly #waits: RunWaits
  readonly #canceller: RunCanceller

  constructor(connection: RedisConnection, options: SubmitShardOptions) {
    const { keyPrefix, queueName, shard, onMissedReply, logger } = options
    this.#connection = connection
    this.#options = options
    this.#queue = new RunQueue(connection.redis, { keyPrefix, queueName, logger })
    const payloads = new PayloadStore(connection.redis, keyPrefix)
    const outcomes = new OutcomePayloads(payloads)
    this.#runs = new RunPayloads(payloads)
    this.#gate = new Gate(connection.redis, { keyPrefix, queueName })
    this.#stored = new StoredRuns(connection, keyPrefix, queueName)
    const executors = new ExecutorWatch({
      queueName,
      hasExecutors: () =>
        connection.ask('looking for executors', () => this.#gate.hasExecutors(), LOOK_FOR_EXECUTORS_MS),
      expire: (jobId) => this.#canceller.expire(jobId),
      logger,
    })
    this.#waits = new RunWaits({
      look: (jobIds) => this.#stored.look(jobIds),
      onMissedReply,
      onUntaken: (jobId, expiresAt) => executors.untaken(jobId, expiresAt),
      fetch: (jobId, stowed) =>
        connection.ask(`fetching the outcome of run "${runIdOf(jobId)}"`, () =>
          outcomes.restore(jobId, stowed),
        ),
      onUnheardCancel: (jobId, reason) => this.#canceller.insist(jobId, reason),
      logger,
    })
    this.#canceller = new RunCanceller(connection, {
      keyPrefix,
      queueName,
      shard,
      replies: new ReplySender(connection.redis, keyPrefix),
      onSettled: (jobId, outcome) => {
        this.#waits.settle(jobId, { kind: 'outcome', outcome })
        void dropValues(jobId, { stored: this.#stored, runs: this.#runs, logger })
      },
      logger,
    })
  }

  /** Puts a run on the queue. The wait is registered before, so that no outcome can come too early. */
  async submit(message: RunMessage, options: SubmitOptions): Promise<SubmittedRun> {
    const how = { lookEveryMs: LOOK_FOR_LOST_REPLY_MS, isQueued: false }
    const outcome = this.#wait(message, 0, how, options.withoutExecutorMs)
    await Promise.race([this.#add(message, options), outcome])
    return this.#submitted(message, outcome)
  }

  /** Waits for a run that was submitted anywhere. @throws `RUN_NOT_FOUND`, or `REDIS_UNREACHABLE` */
  async attach(key: RunKey): Promise<SubmittedRun> {
    const jobId = jobIdOf(key)
    const found = await this.#stored.submitted(jobId)
    if (found === undefined) throw runNotFound(key)
    const { message, ageMs } = found
    const outcome = this.#wait(message, ageMs, { lookEveryMs: LOOK_FOR_ATTACHED_MS, isQueued: true })
    this.#waits.lookSoon(jobId)
    return this.#submitted(message, outcome)
  }

  /** Forgets a run and what became of it. */
  async forget(key: RunKey): Promise<void> {
    await this.#queue.remove(jobIdOf(key))
  }

  /** @throws `RUN_NOT_FOUND` or `REDIS_UNREACHABLE` */
  async status(key: RunKey): Promise<RunStatus> {
    const { keyPrefix, queueName } = this.#options
    return this.#connection.ask(`asking for run "${key.id}"`, (redis) =>
      runStatus(redis, queueKeyOf(keyPrefix, queueName), key),
    )
  }

  /** @returns `false` for a run that was over @throws `RUN_NOT_FOUND`, or `REDIS_UNREACHABLE` */
  async cancel(key: RunKey, reason: string): Promise<boolean> {
    return this.#canceller.cancel(key, reason)
  }

  /** Cancels all runs of a tenant. @returns how many it cancelled @throws `REDIS_UNREACHABLE` */
  async cancelAll(tenant: string, reason: string): Promise<number> {
    const { keyPrefix, queueName } = this.#options
    const keys = await this.#connection.ask(`listing the runs of tenant "${tenant}"`, (redis) =>
      runsOfTenant(redis, queueKeyOf(keyPrefix, queueName), tenant),
    )
    let cancelled = 0
    for (let from = 0; from < keys.length; from += CANCELS_AT_ONCE) {
      const some = keys.slice(from, from + CANCELS_AT_ONCE)
      const answers = await Promise.all(some.map((key) => this.#cancelIfThere(key, reason)))
      cancelled += answers.filter(Boolean).length
    }
    return cancelled
  }

  async #cancelIfThere(key: RunKey, reason: string): Promise<boolean> {
    try {
      return await this.cancel(key, reason)
    } catch (error) {
      if (error instanceof IsolatedRuntimeError && error.code === 'RUN_NOT_FOUND') return false
      throw error
    }
  }

  /** Hears a reply to a run of this shard. */
  hear({ jobId, result }: Reply): void {
    if (result === undefined) this.#waits.lookSoon(jobId)
    else this.#waits.settle(jobId, result)
  }

  /** Looks at all runs that are waited for, after replies may have been missed. */
  lookAtAllSoon(): void {
    this.#waits.lookAtAllSoon()
  }

  /** Rejects every wait with what `error` makes for the run. The runs themselves go on. */
  rejectAll(error: (runId: string) => IsolatedRuntimeError): void {
    this.#waits.rejectAll(error)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue[Symbol.asyncDispose]()
  }

  #submitted(message: QueuedRun, outcome: Promise<WorkResult>): SubmittedRun {
    const { keyPrefix, queueName } = this.#options
    const live = liveReaderOf(this.#connection, queueKeyOf(keyPrefix, queueName), message)
    const leave = (): void => this.#waits.withdraw(jobIdOf(message), waitsNoMore(message.id))
    return { id: message.id, tenant: message.tenant, outcome, live, leave }
  }

  /** @param ageMs how long ago the run was submitted, in milliseconds */
  #wait(
    message: QueuedRun,
    ageMs: number,
    options: Pick<WaitOptions, 'lookEveryMs' | 'isQueued'>,
    withoutExecutorMs = Infinity,
  ): Promise<WorkResult> {
    const takenWithinMs = startsWithinMs(message)
    const endsInMs = endsWithinMs(message, takenWithinMs) - ageMs
    return this.#waits.wait(jobIdOf(message), {
      ...options,
      expiresAt: performance.now() + Math.min(takenWithinMs - ageMs, withoutExecutorMs),
      deadline: performance.now() + endsInMs + this.#options.graceMs,
    })
  }

  /** A run that was there: its reply goes to whoever was first, or has gone there already. */
  #join(queued: QueuedRun, isNamed: boolean): void {
    if (isNamed) this.#waits.lookSoon(jobIdOf(queued), LOOK_FOR_ATTACHED_MS)
    // Nobody else has an id that was not chosen: Redis got the run twice, and the reply comes here.
    else this.#waits.queued(jobIdOf(queued))
    const { logger } = this.#options
    void dropUnused(queued, { stored: this.#stored, runs: this.#runs, logger })
  }

  async #add(message: RunMessage, { signal, ...options }: SubmitOptions): Promise<void> {
    const { commandTimeoutMs } = this.#connection
    const isNamed = options.fingerprint !== ''
    const givenUp = new AbortController()
    let isAnswered = false
    const enqueuing = enqueueStowed(this.#gate, this.#runs, message, options, givenUp.signal)
    const answered = enqueuing.finally(() => void (isAnswered = true))
    try {
      const reply = await within(unlessAborted(answered, signal), commandTimeoutMs, () =>
        this.#connection.unreachable(notTaken(message.id, commandTimeoutMs, isNamed)),
      )
      if (reply === undefined) throw waitsNoMore(message.id)
      if (reply.added === 'queued') this.#waits.queued(jobIdOf(message))
      else this.#join(reply.queued, isNamed)
    } catch (thrown) {
      const error = toIsolatedRuntimeError(thrown)
      answered.catch(() => undefined)
      givenUp.abort()
      // Others may wait for a run whose id was chosen; who aborts a call cancels it for all of them.
      if (!isAnswered && (!isNamed || signal?.aborted === true)) this.#takeBack(message, enqueuing)
      this.#waits.withdraw(jobIdOf(message), error)
      throw error
    }
  }

  /** Cancels a run that Redis was asked to take and did not answer: it may take it yet. */
  #takeBack(message: RunMessage, enqueuing: Promise<unknown>): void {
    const cancel = (): void =>
      this.#canceller.insist(jobIdOf(message), 'It was given up before it was known to be on the queue')
    // Follows the run by the same connection, so that no executor takes it in between.
    cancel()
    enqueuing.then(cancel, () => undefined)
  }
}

function waitsNoMore(id: string): IsolatedRuntimeError {
  return new IsolatedRuntimeError('RUN_CANCELLED', `Run "${id}" is waited for no more`)
}

function notTaken(id: string, timeoutMs: number, isNamed: boolean): string {
  const later = isNamed
    ? 'whether it is on the queue is not known: submit the same again to join it'
    : 'if it does so later, the run is cancelled'
  return `it did not take run "${id}" within ${timeoutMs} ms; ${later}`
}
