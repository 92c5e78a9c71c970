import { keepOutcomeMsSchema } from '@isolated-runtime/protocol'
import type { RedisClient } from '../connection/redis-client.ts'
import { z } from 'zod'

const wishSchema = z.object({ keepOutcomeMs: keepOutcomeMsSchema })

export interface KeepOutcomeOptions {
  /** What the keys of the queue start with. */
  readonly queueKey: string
  readonly jobId: string
  readonly set: 'completed' | 'failed'
  /** The message of the run; it may be malformed. */
  readonly message: unknown
  /** How long the outcomes of this queue are kept, in milliseconds. */
  readonly defaultMs: number
}

/**
 * Keeps an outcome for as long as its run asks for, if it does. BullMQ removes what finished some time before now: in its
 * list the job is moved to where one stands that has as long to live.
 */
export async function keepOutcome(redis: RedisClient, options: KeepOutcomeOptions): Promise<void> {
  const { queueKey, jobId, set, message, defaultMs } = options
  const keepMs = keepMsOf(message, defaultMs)
  if (keepMs === defaultMs) return
  await redis
    .pipeline()
    .zadd(`${queueKey}:${set}`, 'XX', Date.now() + keepMs - defaultMs, jobId)
    .pexpire(`${queueKey}:${jobId}`, keepMs)
    .exec()
}

/** How long the outcome of a run is to be kept, by its message, which may be malformed, in milliseconds. */
export function keepMsOf(message: unknown, defaultMs: number): number {
  return wishSchema.safeParse(message).data?.keepOutcomeMs ?? defaultMs
}
