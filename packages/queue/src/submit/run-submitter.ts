import {
  IsolatedRuntimeError,
  latestEndOf,
  toIsolatedRuntimeError,
  type EncodedOutcome,
  type RunMessage,
} from '@isolated-runtime/protocol'
import { Queue } from 'bullmq'
import { RunCanceller } from '../cancel/run-canceller.ts'
import type { RedisConnection } from '../connection/redis-connection.ts'
import { runStatus, type RunStatus } from '../admin/run-status.ts'
import { fingerprintOf } from '../gate/fingerprint.ts'
import { Gate } from '../gate/gate.ts'
import { ReplyInbox } from '../inbox/reply-inbox.ts'
import { jobIdOf } from '../job-id.ts'
import { OutcomePayloads } from '../payload/outcome-payloads.ts'
import { PayloadStore } from '../payload/payload-store.ts'
import { RunPayloads, type QueuedRun } from '../payload/run-payloads.ts'
import { ReplySender } from '../take/reply-sender.ts'
import { dropValues } from './drop-values.ts'
import { enqueueStowed } from './enqueue-stowed.ts'
import { withDefaults, type RunSubmitterOptions } from './run-submitter-options.ts'
import { RunWaits } from './run-waits.ts'
import { StoredRuns } from './stored-runs.ts'

/** A run to be submitted: a message without what the submitter fills in. */
export type NewRun = Omit<RunMessage, 'version' | 'replyTo' | 'submittedAt' | 'expiresAt'> & {
  /** How long the run may wait for an executor, after its delay, in milliseconds. */
  readonly expiresInMs: number
  /** How long it is held back, in milliseconds. @default 0 */
  readonly delayMs?: number | undefined
  /** Orders the runs of its tenant, higher first; -1,000 to 1,000. @default 0 */
  readonly priority?: number | undefined
  /** What the caller named the bundle by, if not by its id: the same request wherever that has moved. */
  readonly alias?: string | undefined
  /** Whether the caller chose the id: another run under it is refused. @default false */
  readonly isNamed?: boolean | undefined
}

interface Order {
  readonly message: RunMessage
  readonly notBefore: number
  readonly priority: number
  readonly fingerprint: string
}

/** A run that is on the queue, or was. */
export interface SubmittedRun {
  readonly id: string
  /** Rejects with `RUN_LOST`, `WAIT_TIMED_OUT`, `CLOSED` or a code of platform trouble. */
  readonly outcome: Promise<EncodedOutcome>
}

/** A reply that has not come by then is looked for. */
const LOOK_FOR_LOST_REPLY_MS = 2_000
/** Runs submitted elsewhere reply elsewhere, so looking is the only way to hear of them. */
const LOOK_FOR_ATTACHED_MS = 250
/** Nobody reads these events; BullMQ would keep ten thousand of them, results included. */
const MAX_EVENTS = 100

/** Puts runs on the queue and waits for their outcomes. */
export class RunSubmitter implements AsyncDisposable {
  readonly #connection: RedisConnection
  readonly #options: Required<RunSubmitterOptions>
  readonly #queue: Queue
  readonly #gate: Gate
  readonly #runs: RunPayloads
  readonly #stored: StoredRuns
  readonly #waits: RunWaits
  readonly #inbox: ReplyInbox
  readonly #canceller: RunCanceller
  readonly #release: AsyncDisposableStack
  #closing: Promise<void> | undefined

  private constructor(parts: {
    connection: RedisConnection
    options: Required<RunSubmitterOptions>
    queue: Queue
    gate: Gate
    runs: RunPayloads
    stored: StoredRuns
    waits: RunWaits
    inbox: ReplyInbox
    canceller: RunCanceller
    release: AsyncDisposableStack
  }) {
    this.#connection = parts.connection
    this.#options = parts.options
    this.#queue = parts.queue
    this.#gate = parts.gate
    this.#runs = parts.runs
    this.#stored = parts.stored
    this.#waits = parts.waits
    this.#inbox = parts.inbox
    this.#canceller = parts.canceller
    this.#release = parts.release
  }

  /** Opens a submitter on a connection, which stays the caller's. @throws `REDIS_UNREACHABLE` */
  static async open(connection: RedisConnection, options: RunSubmitterOptions = {}): Promise<RunSubmitter> {
    const complete = withDefaults(options)
    const { keyPrefix, queueName, leaseMs, logger } = complete
    await using stack = new AsyncDisposableStack()
    const queue = new Queue(queueName, {
      connection: connection.redis,
      prefix: keyPrefix,
      streams: { events: { maxLen: MAX_EVENTS } },
    })
    stack.defer(() => queue.close())
    queue.on('error', (error) => logger.warn({ err: error }, 'BullMQ queue trouble'))
    const payloads = new PayloadStore(connection.redis, keyPrefix)
    const outcomes = new OutcomePayloads(payloads)
    const runs = new RunPayloads(payloads)
    const gate = new Gate(connection.redis, { keyPrefix, queueName })
    const stored = new StoredRuns(connection, keyPrefix, queueName)
    const waits = new RunWaits({
      look: (runIds) => stored.look(runIds),
      onMissedReply: () => void inbox.renew(),
      fetch: (runId, stowed) =>
        connection.ask(`fetching the outcome of run "${runId}"`, () => outcomes.restore(runId, stowed)),
      onUnheardCancel: (runId, reason) => canceller.insist(runId, reason),
      logger,
    })
    const canceller = new RunCanceller(connection, {
      keyPrefix,
      queueName,
      replies: new ReplySender(connection.redis, keyPrefix),
      onSettled: (runId, outcome) => {
        waits.settle(runId, { kind: 'outcome', outcome })
        void dropValues(runId, { stored, runs, logger })
      },
      logger,
    })
    const inbox = stack.use(
      await ReplyInbox.open(connection, {
        keyPrefix,
        leaseMs,
        onReply: ({ runId, result }) => (result ? waits.settle(runId, result) : waits.lookSoon(runId)),
        onReconnect: () => waits.lookAtAllSoon(),
        logger,
      }),
    )
    return new RunSubmitter({
      connection,
      options: complete,
      queue,
      gate,
      runs,
      stored,
      waits,
      inbox,
      canceller,
      release: stack.move(),
    })
  }

  /**
   * Submits a run, and returns when it is on the queue. The wait is registered before, so that no outcome can come too
   * early.
   *
   * @throws `CLOSED`, or `WAIT_TIMED_OUT` when Redis stays away for as long as the run could have taken
   */
  async submit({
    expiresInMs,
    delayMs = 0,
    priority = 0,
    isNamed = false,
    alias,
    ...run
  }: NewRun): Promise<SubmittedRun> {
    const submittedAt = Date.now()
    const notBefore = submittedAt + delayMs
    const message: RunMessage = {
      version: 1,
      ...run,
      replyTo: this.#inbox.client,
      submittedAt,
      expiresAt: notBefore + expiresInMs,
    }
    const fingerprint = isNamed ? fingerprintOf(alias === undefined ? run : { ...run, bundle: alias }) : ''
    const order = { message, notBefore, priority, fingerprint }
    const outcome = this.#wait(message, LOOK_FOR_LOST_REPLY_MS, false)
    await Promise.race([this.#add(order), outcome])
    return { id: run.id, outcome }
  }

  /**
   * Submits several runs in one round trip, and returns when all are on the queue.
   *
   * @throws what `submit` throws of the first that fails; the others are on the queue
   */
  submitMany(runs: readonly NewRun[]): Promise<SubmittedRun[]> {
    // What is sent in one turn of the event loop travels together.
    return Promise.all(runs.map((run) => this.submit(run)))
  }

  /** Submits a run again under its id, forgetting what became of it before. */
  async resubmit(run: NewRun): Promise<SubmittedRun> {
    await this.#queue.remove(jobIdOf(run.id))
    return this.submit(run)
  }

  /**
   * Waits for a run that was submitted anywhere.
   *
   * @throws `RUN_NOT_FOUND`, or `REDIS_UNREACHABLE`
   */
  async attach(runId: string): Promise<SubmittedRun> {
    this.#refuseIfClosed()
    const message = await this.#stored.message(runId)
    if (message === undefined) {
      throw new IsolatedRuntimeError(
        'RUN_NOT_FOUND',
        `Run "${runId}" was never submitted, or its outcome is no longer kept`,
      )
    }
    const outcome = this.#wait(message, LOOK_FOR_ATTACHED_MS, true)
    this.#waits.lookSoon(runId)
    return { id: runId, outcome }
  }

  /** Where a run is, and what it waits for. @throws `RUN_NOT_FOUND` or `REDIS_UNREACHABLE` */
  async status(runId: string): Promise<RunStatus> {
    this.#refuseIfClosed()
    const { keyPrefix, queueName } = this.#options
    return this.#connection.ask(`asking for run "${runId}"`, (redis) =>
      runStatus(redis, `${keyPrefix}:${queueName}`, runId),
    )
  }

  /**
   * Cancels a run that was submitted anywhere. One that no executor has settles at once, another as soon as its executor
   * has stopped it; one that ends at that very moment keeps its own outcome.
   *
   * @param reason in words, as the outcome tells it; `''` for none
   * @returns `false` for a run that was over
   * @throws `RUN_NOT_FOUND`, or `REDIS_UNREACHABLE`
   */
  async cancel(runId: string, reason: string): Promise<boolean> {
    this.#refuseIfClosed()
    return this.#canceller.cancel(runId, reason)
  }

  /** Rejects what still waits with `CLOSED`, and removes the inbox. The runs themselves go on. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #wait(message: QueuedRun, lookEveryMs: number, isQueued: boolean): Promise<EncodedOutcome> {
    this.#refuseIfClosed()
    const deadline = latestEndOf(message) + this.#options.graceMs
    return this.#waits.wait(message.id, { deadline, lookEveryMs, isQueued })
  }

  async #add({ message, ...options }: Order): Promise<void> {
    try {
      await enqueueStowed(this.#gate, this.#runs, message, options)
      this.#waits.queued(message.id)
    } catch (thrown) {
      const error = toIsolatedRuntimeError(thrown)
      this.#waits.settle(message.id, { kind: 'trouble', error })
      throw error
    }
  }

  #refuseIfClosed(): void {
    if (this.#closing) throw new IsolatedRuntimeError('CLOSED', 'The client is closed: it takes no more runs')
  }

  async #close(): Promise<void> {
    this.#waits.rejectAll(
      (runId) =>
        new IsolatedRuntimeError('CLOSED', `The client was closed while run "${runId}" was going on`),
    )
    await this.#release.disposeAsync()
  }
}
