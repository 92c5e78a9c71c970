import { EXECUTOR_DEAD_AFTER_MS } from '../gate/gate.ts'
import { REDIS_TIME } from '../scripts/gate-scripts.ts'
import { queueKeyOf } from '../redis/keys.ts'
import type { RedisConnection } from '../redis/redis-connection.ts'
import { loadScript } from '../scripts/gate-scripts.ts'
import { Shards, type ShardsOptions } from '../shard/shards.ts'

/** How much a fleet has to do: what decides how many executors it needs. */
export interface FleetLoad {
  /** Of all executors that are alive. */
  readonly slots: number
  /** Runs that executors have. */
  readonly running: number
  /** Runs that more slots would start at once. */
  readonly waiting: number
  /** Runs that wait because their tenant is at a cap: more slots would not help. */
  readonly held: number
  /** Runs whose time has not come, and those that are tried again in a moment. */
  readonly delayed: number
  /** Of the next runs of each tenant, for how long the oldest has waited, in milliseconds; 0 if none waits. */
  readonly oldestWaitingMs: number
  /** (running + waiting) / slots; without slots, running + waiting. */
  readonly load: number
}

/**
 * Asks Redis how much a queue has to do, all of its shards together.
 *
 * @param timeoutMs how long Redis may take to answer. @default 12_000
 * @throws `REDIS_UNREACHABLE` when it does not answer in time
 */
export async function readFleetLoad(
  connection: RedisConnection,
  { timeoutMs, ...options }: ShardsOptions & { readonly timeoutMs?: number },
): Promise<FleetLoad> {
  const { queueNames } = new Shards(options, connection.isCluster)
  const args = { time: REDIS_TIME, deadAfterMs: EXECUTOR_DEAD_AFTER_MS }
  const rows = await connection.ask(
    'reading the load of the fleet',
    (redis) =>
      Promise.all(queueNames.map((name) => loadScript(redis, queueKeyOf(options.keyPrefix, name), args))),
    timeoutMs,
  )
  const column = (at: number): number[] => rows.map((row) => row[at] ?? 0)
  const sum = (at: number): number => column(at).reduce((total, count) => total + count, 0)
  // An executor offers all of its slots on each shard.
  const slots = Math.max(0, ...column(0))
  const [running, waiting] = [sum(1), sum(2)]
  return {
    slots,
    running,
    waiting,
    held: sum(3),
    delayed: sum(4),
    oldestWaitingMs: Math.max(0, ...column(5)),
    load: (running + waiting) / Math.max(1, slots),
  }
}
