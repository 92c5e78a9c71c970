import { randomUUID } from 'node:crypto'
import {
  cancelled,
  encodedOutcomeSchema,
  IsolatedRuntimeError,
  parseJson,
  unsuccessful,
  type EncodedOutcome,
  type Unsuccessful,
} from '@isolated-runtime/protocol'
import { runNotFound } from '../admin/run-status.ts'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { outcomeFields } from '../replies/reply.ts'
import { jobIdOf, runFieldsOf, runKeyOf, type RunKey } from '../run/run-key.ts'
import type { Logger } from '../logger.ts'
import type { ReplySender } from '../replies/reply-sender.ts'
import { cancelChannel, queueKeyOf } from '../redis/keys.ts'
import { cancelScript, REDIS_TIME } from '../scripts/gate-scripts.ts'
import { encodeCancelMessage } from './cancel-message.ts'

export interface RunCancellerOptions {
  readonly keyPrefix: string
  readonly queueName: string
  /** The number of the shard that this queue is. */
  readonly shard: number
  readonly replies: ReplySender
  /** A run was cancelled that no executor had. */
  readonly onSettled: (jobId: string, outcome: EncodedOutcome) => void
  readonly logger: Logger
}

/** Cancels runs that may be anywhere. */
export class RunCanceller {
  readonly #connection: RedisConnection
  readonly #queueKey: string
  readonly #channel: string
  readonly #options: RunCancellerOptions

  constructor(connection: RedisConnection, options: RunCancellerOptions) {
    const { keyPrefix, queueName } = options
    this.#connection = connection
    this.#options = options
    this.#queueKey = queueKeyOf(keyPrefix, queueName)
    this.#channel = cancelChannel(this.#queueKey)
  }

  /**
   * Cancels a run, wherever it is: one that no executor has is settled when this returns, another soon after.
   *
   * @param reason in words, as outcomes tell it
   * @returns `false` for a run that was over
   * @throws `RUN_NOT_FOUND`, or `REDIS_UNREACHABLE`
   */
  async cancel(key: RunKey, reason: string): Promise<boolean> {
    return this.#end(key, reason, cancelled(reason))
  }

  async #end(key: RunKey, reason: string, outcome: Unsuccessful): Promise<boolean> {
    const [answer, json = '', replyTo = ''] = await this.#ask(key, reason, outcome)
    if (answer === 'unknown') throw runNotFound(key)
    if (answer === 'settled') {
      const jobId = jobIdOf(key)
      if (replyTo !== '') this.#reply(replyTo, outcomeFields(jobId, json, this.#options.shard))
      const what = `outcome of run "${key.id}"`
      this.#options.onSettled(jobId, parseJson(encodedOutcomeSchema, json, what, 'INVALID_MESSAGE'))
    }
    return answer !== 'over'
  }

  /** Ends a run as expired that no executor has begun, because there is none. Never rejects. */
  expire(jobId: string): void {
    const key = runKeyOf(jobId)
    if (key === undefined) return
    const message = `No executor is on the queue, so run "${key.id}" was not begun in time; start an executor, or raise "expiresInMs"`
    const outcome = unsuccessful('expired', new IsolatedRuntimeError('RUN_EXPIRED', message))
    this.#end(key, '', outcome).catch((error: unknown) =>
      this.#options.logger.debug(
        { event: 'cancel.expire-failed', err: error, ...runFieldsOf(jobId) },
        'Could not end an expired run',
      ),
    )
  }

  /** Cancels again a run that is marked but goes on: its executor may be dead, or deaf for a while. Never rejects. */
  insist(jobId: string, reason: string): void {
    const key = runKeyOf(jobId)
    if (key === undefined) return
    this.cancel(key, reason).catch((error: unknown) =>
      this.#options.logger.debug(
        { event: 'cancel.retry-failed', err: error, ...runFieldsOf(jobId) },
        'Could not repeat a cancellation',
      ),
    )
  }

  #reply(client: string, fields: string[]): void {
    this.#options.replies
      .send(client, fields)
      .catch((error: unknown) =>
        this.#options.logger.debug(
          { event: 'cancel.reply-failed', err: error },
          'Could not send the reply of a cancelled run; its waiter polls for the outcome',
        ),
      )
  }

  #ask(
    key: RunKey,
    reason: string,
    { status, error, logs, logsDropped }: Unsuccessful,
  ): ReturnType<typeof cancelScript> {
    const jobId = jobIdOf(key)
    const args = {
      time: REDIS_TIME,
      job: jobId,
      reason,
      // The script knows what the run has cost, and completes this text by it.
      outcome: JSON.stringify({ status, error, logs, logsDropped }).slice(0, -1),
      channel: this.#channel,
      message: encodeCancelMessage({ jobId, reason }),
      nonce: randomUUID(),
      status,
    }
    return this.#connection.ask(`cancelling run "${key.id}"`, (redis) =>
      cancelScript(redis, this.#queueKey, args),
    )
  }
}
