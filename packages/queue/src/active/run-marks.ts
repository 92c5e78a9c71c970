import type { RedisConnection } from '../redis/redis-connection.ts'
import { jobKey, queueKeyOf } from '../redis/keys.ts'
import { countFailureScript } from '../scripts/run-scripts.ts'

/** What is written into a job besides what BullMQ knows of. */
export interface RunMark {
  /** Why the run is to be cancelled, in words, if it is. */
  readonly cancelReason: string | undefined
  /** How many attempts have failed and were followed by another. */
  readonly failures: number
  /** CPU time of those attempts, in milliseconds. */
  readonly spentCpuMs: number
  /** How often those attempts were begun beyond once each, because a process for guests died under them. */
  readonly moreStarts: number
}

/** The mark of a job that nobody has marked. */
export const UNMARKED: RunMark = { cancelReason: undefined, failures: 0, spentCpuMs: 0, moreStarts: 0 }

const FIELDS = ['cancel', 'failures', 'spentCpuMs', 'moreStarts'] as const

/** Reads and writes what is written into jobs. */
export class RunMarks {
  readonly #connection: RedisConnection
  readonly #keyOf: (jobId: string) => string

  constructor(connection: RedisConnection, keyPrefix: string, queueName: string) {
    this.#connection = connection
    const queueKey = queueKeyOf(keyPrefix, queueName)
    this.#keyOf = (jobId) => jobKey(queueKey, jobId)
  }

  /** The marks of many jobs, in their order. @throws `REDIS_UNREACHABLE` */
  async read(jobIds: readonly string[]): Promise<RunMark[]> {
    if (jobIds.length === 0) return []
    const replies = await this.#connection.ask('looking at the marks of runs', (redis) => {
      const pipeline = redis.pipeline()
      for (const jobId of jobIds) pipeline.hmget(this.#keyOf(jobId), ...FIELDS)
      return pipeline.exec()
    })
    return jobIds.map((_, index) => {
      const [error, fields] = replies?.[index] ?? []
      if (error) throw error
      const [cancel, failures, spentCpuMs, moreStarts] = fields as (string | null)[]
      return {
        cancelReason: cancel ?? undefined,
        failures: Number(failures ?? 0),
        spentCpuMs: Number(spentCpuMs ?? 0),
        moreStarts: Number(moreStarts ?? 0),
      }
    })
  }

  /**
   * An attempt has failed: the first is 1. Saying so twice counts once.
   *
   * @param used its CPU time in milliseconds, and how often it was begun
   * @throws `REDIS_UNREACHABLE`
   */
  async countFailure(
    jobId: string,
    attempt: number,
    { cpuMs, starts }: { readonly cpuMs: number; readonly starts: number },
  ): Promise<void> {
    await this.#connection.ask('counting an attempt', (redis) =>
      countFailureScript(redis, this.#keyOf(jobId), { attempt, cpuMs, moreStarts: Math.max(0, starts - 1) }),
    )
  }
}
