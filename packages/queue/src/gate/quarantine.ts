import { z } from 'zod'
import type { RedisClient } from '../redis/redis-client.ts'
import { jobKey } from '../redis/keys.ts'
import { noteQuarantinedScript } from '../scripts/run-scripts.ts'

const schema = z.object({
  at: z.number(),
  key: z.string(),
  why: z.string(),
  member: z.string().optional(),
})

/** What was set aside because it could not be read: a key, or a member or field of one. */
export interface Quarantined {
  /** Milliseconds since the epoch, by the clock of Redis. */
  readonly at: number
  /** The key in Redis. */
  readonly key: string
  /** What is wrong with it, in words. */
  readonly why: string
  /** The member or field, if not the whole key was set aside. */
  readonly member?: string | undefined
}

/** Notes that a job cannot be read, for all executors to tell. */
export async function noteQuarantined(
  redis: RedisClient,
  queueKey: string,
  { jobId, why }: { readonly jobId: string; readonly why: string },
): Promise<void> {
  await noteQuarantinedScript(redis, queueKey, { key: jobKey(queueKey, jobId), why })
}

/** Reads a note; gives nothing for one that somebody has overwritten. */
export function parseQuarantined(json: string): Quarantined[] {
  try {
    const { data } = schema.safeParse(JSON.parse(json))
    return data === undefined ? [] : [data]
  } catch {
    return []
  }
}
