import type { RedisConnection } from '../connection/redis-connection.ts'
import { LuaScript } from '../gate/lua-script.ts'

/**
 * Counts a failed attempt and what it used, once, though Redis may get the command twice, and only of a job that is still there: written to
 * by an executor that was away for long, one that is gone would come back as a key that nobody removes.
 *
 *     KEYS: the job · ARGV: the attempt, its CPU time in milliseconds, how often it was begun beyond once
 */
const countScript = new LuaScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return end
if tonumber(redis.call('HGET', KEYS[1], 'lastFailed') or 0) >= tonumber(ARGV[1]) then return end
redis.call('HSET', KEYS[1], 'lastFailed', ARGV[1])
redis.call('HINCRBYFLOAT', KEYS[1], 'spentCpuMs', ARGV[2])
if ARGV[3] ~= '0' then redis.call('HINCRBY', KEYS[1], 'moreStarts', ARGV[3]) end
redis.call('HINCRBY', KEYS[1], 'failures', 1)`)

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
    this.#keyOf = (jobId) => `${keyPrefix}:${queueName}:${jobId}`
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
      countScript.run(redis, this.#keyOf(jobId), [attempt, cpuMs, Math.max(0, starts - 1)]),
    )
  }
}
