import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { jobKey, queueKeyOf } from '../redis/keys.ts'
import { readMessageScript } from '../scripts/run-scripts.ts'
import { runIdOf } from '../run/run-key.ts'
import { parseStoredOutcome } from '../payload/outcome-payloads.ts'
import { parseQueuedRun, type QueuedRun } from '../payload/run-payloads.ts'
import { parseTrouble } from '../run/trouble.ts'
import type { RunResult } from '../payload/run-result.ts'

/** What the queue holds of a run. */
export type StoredRun =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'unsettled'
      readonly takenBy: string | undefined
      /** Why it is to be cancelled, if it is. */
      readonly cancelReason?: string | undefined
    }
  | { readonly kind: 'settled'; readonly result: RunResult }

const LOOK_TIMEOUT_MS = 1_000
const FIELDS = ['timestamp', 'finishedOn', 'returnvalue', 'failedReason', 'pb', 'cancel'] as const

/** A run as it was submitted. */
export interface StoredMessage {
  readonly message: QueuedRun
  /** How long ago that was, in milliseconds. */
  readonly ageMs: number
}

/** Looks at the jobs of runs: what is stored there is the truth, whatever became of the replies. */
export class StoredRuns {
  readonly #connection: RedisConnection
  readonly #queueKey: string

  constructor(connection: RedisConnection, keyPrefix: string, queueName: string) {
    this.#connection = connection
    this.#queueKey = queueKeyOf(keyPrefix, queueName)
  }

  /**
   * Looks at the jobs of many runs in one round trip, and gives what is there in the same order.
   *
   * @throws `REDIS_UNREACHABLE` when there is no answer within a second
   */
  async look(jobIds: readonly string[]): Promise<StoredRun[]> {
    // A question asked while Redis is away would be sent, and answered to nobody, when it is back.
    if (!this.#connection.isReady) throw this.#connection.unreachable('the connection is lost')
    const replies = await this.#connection.ask(
      'looking for outcomes',
      (redis) => {
        const pipeline = redis.pipeline()
        for (const jobId of jobIds) pipeline.hmget(jobKey(this.#queueKey, jobId), ...FIELDS)
        return pipeline.exec()
      },
      LOOK_TIMEOUT_MS,
    )
    return jobIds.map((jobId, index) => {
      const [error, fields] = replies?.[index] ?? []
      // Something else was put in the place of the job: those who wait for other runs are not to suffer for it.
      if (error?.message.startsWith('WRONGTYPE') === true) return { kind: 'missing' }
      if (error) throw error
      return toStoredRun(runIdOf(jobId), fields as (string | null)[])
    })
  }

  /**
   * What lies on the queue of the run of a job; `undefined` when there is no such run.
   *
   * @throws `REDIS_UNREACHABLE` or `INVALID_MESSAGE`
   */
  async submitted(jobId: string): Promise<StoredMessage | undefined> {
    const what = `run "${runIdOf(jobId)}"`
    const reply = await this.#connection.ask(`looking for ${what}`, (redis) =>
      readMessageScript(redis, this.#queueKey, { job: jobId }),
    )
    const [data, ageMs = 0] = reply ?? []
    return data === undefined ? undefined : { message: parseQueuedRun(data, what), ageMs }
  }
}

function toStoredRun(
  runId: string,
  [timestamp, finishedOn, returnValue, failedReason, takenBy, cancel]: (string | null)[],
): StoredRun {
  if (!timestamp) return { kind: 'missing' }
  if (!finishedOn)
    return { kind: 'unsettled', takenBy: takenBy ?? undefined, cancelReason: cancel ?? undefined }
  return { kind: 'settled', result: toResult(runId, returnValue, failedReason) }
}

function toResult(
  runId: string,
  returnValue: string | null | undefined,
  failedReason: string | null | undefined,
): RunResult {
  if (returnValue === null || returnValue === undefined) {
    return { kind: 'trouble', error: parseTrouble(runId, failedReason ?? 'no reason is stored') }
  }
  try {
    return parseStoredOutcome(returnValue, `outcome of run "${runId}"`)
  } catch (error) {
    if (error instanceof IsolatedRuntimeError) return { kind: 'trouble', error }
    throw error
  }
}
