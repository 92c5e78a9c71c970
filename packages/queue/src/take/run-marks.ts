import type { RedisConnection } from '../connection/redis-connection.ts'

/** What is written into a job besides what BullMQ knows of. */
export interface RunMark {
  /** Why the run is to be cancelled, in words, if it is. */
  readonly cancelReason: string | undefined
  /** How many attempts have failed and were followed by another. */
  readonly failures: number
}

/** The mark of a job that nobody has marked. */
export const UNMARKED: RunMark = { cancelReason: undefined, failures: 0 }

/** Reads and writes what is written into jobs. */
export class RunMarks {
  readonly #connection: RedisConnection
  readonly #keyOf: (jobId: string) => string

  constructor(connection: RedisConnection, keyPrefix: string, queueName: string) {
    this.#connection = connection
    this.#keyOf = (jobId) => `${keyPrefix}:${queueName}:${jobId}`
  }

  /** The marks of many jobs, in their order. @throws `REDIS_UNREACHABLE` */
  async read(jobIds: readonly string[]): Promise<RunMark[]> {
    if (jobIds.length === 0) return []
    const replies = await this.#connection.ask('looking at the marks of runs', (redis) => {
      const pipeline = redis.pipeline()
      for (const jobId of jobIds) pipeline.hmget(this.#keyOf(jobId), 'cancel', 'failures')
      return pipeline.exec()
    })
    return jobIds.map((_, index) => {
      const [error, fields] = replies?.[index] ?? []
      if (error) throw error
      const [cancel, failures] = fields as (string | null)[]
      return { cancelReason: cancel ?? undefined, failures: Number(failures ?? 0) }
    })
  }

  /** One more attempt has failed. @throws `REDIS_UNREACHABLE` */
  async countFailure(jobId: string): Promise<void> {
    await this.#connection.ask('counting an attempt', (redis) =>
      redis.hincrby(this.#keyOf(jobId), 'failures', 1),
    )
  }
}
