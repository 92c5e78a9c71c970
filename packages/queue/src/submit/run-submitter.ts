import { ReleaseStack } from '../release-stack.ts'
import {
  argumentsOf,
  IsolatedRuntimeError,
  RUN_MESSAGE_VERSION,
  type RunMessage,
} from '@isolated-runtime/protocol'
import type { RunStatus } from '../admin/run-status.ts'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { fingerprintOf } from '../gate/fingerprint.ts'
import { ReplyInbox } from '../replies/reply-inbox.ts'
import { agreeOnShards } from '../shard/agree-on-shards.ts'
import { runIdOf, type RunKey } from '../run/run-key.ts'
import { Shards } from '../shard/shards.ts'
import { withDefaults, type RunSubmitterOptions } from './run-submitter-options.ts'
import { SubmitShard, type SubmittedRun } from './submit-shard.ts'

/** A run to be submitted: a message without what the submitter fills in. */
export type NewRun = Omit<RunMessage, 'version' | 'replyTo' | 'submittedAt' | 'expiresAt' | 'deadlineMs'> & {
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
  /** When it is to be over, by `performance.now()`. @default no bound */
  readonly deadlineAt?: number | undefined
  /**
   * How long it waits while no executor is on the queue, in milliseconds, if its client lives; it expires then.
   * @default `expiresInMs`
   */
  readonly withoutExecutorMs?: number | undefined
}

/** A run does not expire at its very deadline, so that it is told which of the two it was. */
const PAST_DEADLINE_MS = 250

/** Puts runs on the queue and waits for their outcomes. */
export class RunSubmitter implements AsyncDisposable {
  readonly #names: Shards
  readonly #shards: readonly SubmitShard[]
  readonly #inbox: ReplyInbox
  readonly #release: ReleaseStack
  #closing: Promise<void> | undefined

  private constructor(
    names: Shards,
    shards: readonly SubmitShard[],
    inbox: ReplyInbox,
    release: ReleaseStack,
  ) {
    this.#names = names
    this.#shards = shards
    this.#inbox = inbox
    this.#release = release
  }

  /**
   * Opens a submitter on a connection, which stays the caller's.
   *
   * @throws `REDIS_UNREACHABLE`, or `INVALID_OPTIONS` when the queue has another number of shards
   */
  static async open(connection: RedisConnection, options: RunSubmitterOptions = {}): Promise<RunSubmitter> {
    const complete = withDefaults(options)
    const { keyPrefix, leaseMs, graceMs, logger } = complete
    const names = new Shards(complete, connection.isCluster)
    await agreeOnShards(connection, complete)
    await using stack = new ReleaseStack()
    const shards = names.queueNames.map((queueName, shard) => {
      const parts = { keyPrefix, queueName, shard, graceMs, logger }
      return stack.use(new SubmitShard(connection, { ...parts, onMissedReply: () => void inbox.renew() }))
    })
    const inbox = stack.use(
      await ReplyInbox.open(connection, {
        keyPrefix,
        leaseMs,
        onReply: (reply) => shards[reply.shard]?.hear(reply),
        onReconnect: () => {
          for (const shard of shards) shard.lookAtAllSoon()
        },
        logger,
      }),
    )
    return new RunSubmitter(names, shards, inbox, stack.move())
  }

  /**
   * Submits a run, and returns when it is on the queue. The wait is registered before, so that no outcome can come too
   * early.
   *
   * @param signal takes it back when it is aborted before the run is on the queue
   * @throws `CLOSED`, `REDIS_UNREACHABLE` when Redis does not take it within the command timeout, or `RUN_CANCELLED`
   */
  async submit(
    {
      expiresInMs,
      delayMs = 0,
      priority = 0,
      isNamed = false,
      alias,
      deadlineAt,
      withoutExecutorMs,
      ...run
    }: NewRun,
    signal?: AbortSignal,
  ): Promise<SubmittedRun> {
    this.#refuseIfClosed()
    const deadlineMs =
      deadlineAt === undefined ? undefined : Math.max(1, Math.ceil(deadlineAt - performance.now()))
    const takenWithinMs = Math.min(delayMs + expiresInMs, (deadlineMs ?? Infinity) + PAST_DEADLINE_MS)
    const submittedAt = Date.now()
    const message: RunMessage = {
      version: RUN_MESSAGE_VERSION,
      ...run,
      replyTo: this.#inbox.client,
      submittedAt,
      expiresAt: submittedAt + takenWithinMs,
      deadlineMs,
    }
    const fingerprint = isNamed ? fingerprintOf(alias === undefined ? run : { ...run, bundle: alias }) : ''
    return this.#shardOf(run.tenant).submit(message, {
      delayMs,
      priority,
      fingerprint,
      calls: argumentsOf(run.call.work).length,
      withoutExecutorMs,
      signal,
    })
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
    await this.#shardOf(run.tenant).forget(run)
    return this.submit(run)
  }

  /**
   * Waits for a run that was submitted anywhere.
   *
   * @throws `RUN_NOT_FOUND`, or `REDIS_UNREACHABLE`
   */
  async attach(key: RunKey): Promise<SubmittedRun> {
    this.#refuseIfClosed()
    return this.#shardOf(key.tenant).attach(key)
  }

  /** Where a run is, and what it waits for. @throws `RUN_NOT_FOUND` or `REDIS_UNREACHABLE` */
  async status(key: RunKey): Promise<RunStatus> {
    this.#refuseIfClosed()
    return this.#shardOf(key.tenant).status(key)
  }

  /**
   * Cancels a run that was submitted anywhere. One that no executor has settles at once, another as soon as its executor
   * has stopped it; one that ends at that very moment keeps its own outcome.
   *
   * @param reason in words, as the outcome tells it; `''` for none
   * @returns `false` for a run that was over
   * @throws `RUN_NOT_FOUND`, or `REDIS_UNREACHABLE`
   */
  async cancel(key: RunKey, reason: string): Promise<boolean> {
    this.#refuseIfClosed()
    return this.#shardOf(key.tenant).cancel(key, reason)
  }

  /**
   * Cancels all runs of a tenant that are delayed, wait or go on when this is called.
   *
   * @returns how many were cancelled; those that ended meanwhile are not counted
   * @throws `REDIS_UNREACHABLE`
   */
  async cancelAll(tenant: string, reason: string): Promise<number> {
    this.#refuseIfClosed()
    return this.#shardOf(tenant).cancelAll(tenant, reason)
  }

  /** Rejects what still waits with `CLOSED`, and removes the inbox. The runs themselves go on. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #shardOf(tenant: string): SubmitShard {
    return this.#names.pick(this.#shards, tenant)
  }

  async #close(): Promise<void> {
    for (const shard of this.#shards) shard.rejectAll(closedBefore)
    await this.#release[Symbol.asyncDispose]()
  }

  #refuseIfClosed(): void {
    if (this.#closing) throw new IsolatedRuntimeError('CLOSED', 'The client is closed: it takes no more runs')
  }
}

function closedBefore(jobId: string): IsolatedRuntimeError {
  return new IsolatedRuntimeError(
    'CLOSED',
    `The client was closed while run "${runIdOf(jobId)}" was going on`,
  )
}
