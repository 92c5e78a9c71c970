import type { RedisClient } from '../connection/redis-client.ts'

/** A tick that is due is taken at once, if the executor that knew of it is alive. */
const OVERDUE_MS = 1_000
/** BullMQ counts on within a millisecond. */
const SCORES_A_MS = 4_096

/**
 * Wakes an executor for a tick that is overdue, for the one that knew when it is due may have died.
 *
 * @param queueKey what all keys of the ticks start with
 */
export async function wakeForDue(redis: RedisClient, queueKey: string): Promise<void> {
  const [, score] = await redis.zrange(`${queueKey}:delayed`, '0', '0', 'WITHSCORES')
  if (score === undefined || Number(score) / SCORES_A_MS > Date.now() - OVERDUE_MS) return
  await redis.zadd(`${queueKey}:marker`, 0, '0')
}
