import type { RedisClient } from '../redis/redis-client.ts'
import { parseReply } from './reply.ts'
import { jobKey, queueKeyOf, schedulesKeyOf } from '../redis/keys.ts'
import { runIdOf } from '../run/run-key.ts'
import { OutcomePayloads, parseStoredOutcome } from '../payload/outcome-payloads.ts'
import { PayloadStore } from '../payload/payload-store.ts'
import type { RunResult } from '../payload/run-result.ts'
import { tellScheduleScript } from '../scripts/schedule-scripts.ts'
import { runEndOf, type RunEnd } from './run-end.ts'
import { scheduleNameOf, type ScheduleAddress } from '../run/schedule-key.ts'

/** Tells a schedule how a run ended; nothing happens if it is no longer the last run of a schedule. */
export async function tellSchedule(
  redis: RedisClient,
  keyPrefix: string,
  { queueName, ...key }: Omit<ScheduleAddress, 'runQueueName'>,
  run: { readonly id: string; readonly end: RunEnd },
): Promise<void> {
  const { status, error } = run.end
  const { code = '', message = '' } = error ?? {}
  const args = { name: scheduleNameOf(key), run: run.id, status, code, text: message }
  await tellScheduleScript(redis, schedulesKeyOf(keyPrefix, queueName), args)
}

/** The same by a reply that would go to the inbox of a client. */
export async function replyToSchedule(
  redis: RedisClient,
  keyPrefix: string,
  schedule: ScheduleAddress,
  fields: readonly string[],
): Promise<void> {
  const reply = parseReply(fields)
  if (reply === undefined) return
  const { jobId } = reply
  const key = jobKey(queueKeyOf(keyPrefix, schedule.runQueueName), jobId)
  const result = reply.result ?? (await storedResult(redis, key, jobId))
  if (result === undefined) return
  const payloads = new OutcomePayloads(new PayloadStore(redis, keyPrefix))
  const end = await runEndOf(jobId, result, payloads)
  await tellSchedule(redis, keyPrefix, schedule, { id: runIdOf(jobId), end })
}

/** An outcome that was too long for a reply. */
async function storedResult(redis: RedisClient, key: string, jobId: string): Promise<RunResult | undefined> {
  const json = await redis.hget(key, 'returnvalue')
  return json === null ? undefined : parseStoredOutcome(json, `outcome of run "${runIdOf(jobId)}"`)
}
