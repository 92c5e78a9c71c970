import type { RedisClient } from '../connection/redis-client.ts'
import { LuaScript } from '../gate/lua-script.ts'
import { parseReply } from '../inbox/reply.ts'
import { jobKeyOf, runIdOf } from '../run-key.ts'
import { OutcomePayloads, parseStoredOutcome } from '../payload/outcome-payloads.ts'
import { PayloadStore } from '../payload/payload-store.ts'
import type { RunResult } from '../run-result.ts'
import { TELL } from './lua/tell.ts'
import { runEndOf, type RunEnd } from './run-end.ts'
import { scheduleNameOf, tickQueueNameOf, type ScheduleAddress } from './schedule-key.ts'

const script = new LuaScript(TELL)

/** Tells a schedule how a run ended; nothing happens if it is no longer the last run of a schedule. */
export async function tellSchedule(
  redis: RedisClient,
  keyPrefix: string,
  { queueName, ...key }: Omit<ScheduleAddress, 'runQueueName'>,
  run: { readonly id: string; readonly end: RunEnd },
): Promise<void> {
  const { status, error } = run.end
  const told = error ? [error.code, error.message] : []
  const base = `${keyPrefix}:${tickQueueNameOf(queueName)}`
  await script.run(redis, base, [scheduleNameOf(key), run.id, status, ...told])
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
  const result =
    reply.result ?? (await storedResult(redis, jobKeyOf(keyPrefix, schedule.runQueueName, jobId), jobId))
  if (result === undefined) return
  const payloads = new OutcomePayloads(new PayloadStore(redis, keyPrefix))
  const end = await runEndOf(jobId, result, payloads)
  await tellSchedule(redis, keyPrefix, schedule, { id: runIdOf(jobId), end })
}

/** An outcome that was too long for a reply. */
async function storedResult(
  redis: RedisClient,
  jobKey: string,
  jobId: string,
): Promise<RunResult | undefined> {
  const json = await redis.hget(jobKey, 'returnvalue')
  return json === null ? undefined : parseStoredOutcome(json, `outcome of run "${runIdOf(jobId)}"`)
}
