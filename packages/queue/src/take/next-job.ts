import { z } from 'zod'
import type { RedisClient } from '../connection/redis-client.ts'
import { LuaScript } from '../gate/lua-script.ts'
import { TAKE_NEXT } from '../gate/lua/take.ts'

const takeScript = new LuaScript(TAKE_NEXT)

/** What a script of ours says that leaves a case to BullMQ's. */
export const OTHER = 'other'

/** What `TAKE` gives: a job as BullMQ reads it off Redis, or none, and what is there besides. */
export const nextJobSchema = z.union([
  z.literal(OTHER),
  z.tuple([
    z.array(z.string()).nullable(),
    z.union([z.string(), z.literal(0)]),
    z.literal(0),
    z.literal(0),
    z.int(),
  ]),
])

/** What came of taking a job. */
export type NextJob = z.output<typeof nextJobSchema>

export interface TakeNextOptions {
  /** What the keys of the queue start with. */
  readonly queueKey: string
  /** For the lock of the job. */
  readonly token: string
  /** How long the job is this executor's unless it says more, in milliseconds. */
  readonly leaseMs: number
  readonly executor: string
}

/** Takes the next job off a queue. */
export async function takeNext(
  redis: RedisClient,
  { queueKey, token, leaseMs, executor }: TakeNextOptions,
): Promise<NextJob> {
  return nextJobSchema.parse(await takeScript.run(redis, queueKey, [token, leaseMs, executor]))
}
