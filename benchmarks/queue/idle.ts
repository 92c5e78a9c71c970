import { setTimeout as delay } from 'node:timers/promises'
import { Client } from '@isolated-runtime/client'
import { RedisServer } from '@isolated-runtime/testing'
import { Ours } from './ours.ts'
import { RedisMeter } from './redis-meter.ts'

/** What it costs to start is over by then. */
const SETTLE_MS = 5_000
/** In which an executor does each thing that it does while it has nothing to do. */
const IDLE_MS = 30_000

export interface Idle {
  /** Of one executor that is alone with its Redis. */
  readonly commandsPerSecond: number
  readonly withAClient: number
}

/** Commands a second by Redis's own count, those that scripts call included, while nobody asks for anything. */
export async function measureIdle(): Promise<Idle> {
  await using redis = await RedisServer.start()
  await using _ = await Ours.start(redis.url)
  await using meter = new RedisMeter(redis.url)
  const perSecond = async (): Promise<number> => {
    const { commands } = await meter.costOf(() => delay(IDLE_MS))
    return (commands * 1_000) / IDLE_MS
  }
  await delay(SETTLE_MS)
  const commandsPerSecond = await perSecond()
  await using client = await Client.connect({ redis: redis.url })
  const withAClient = await perSecond()
  await client.close()
  return { commandsPerSecond, withAClient }
}
