import { setTimeout as delay } from 'node:timers/promises'
import { Client } from '@isolated-runtime/client'
import type { Contest } from './contest.ts'

const IDLE_MS = 10_000

export interface Idle {
  /** Of one executor; the stock workers on the same Redis, which are idle too, are not taken off. */
  readonly commandsPerSecond: number
  readonly withAClient: number
}

/** Redis commands a second while nobody asks for anything. */
export async function measureIdle(url: string, { meter }: Contest): Promise<Idle> {
  const perSecond = async (): Promise<number> => {
    const { commands } = await meter.costOf(() => delay(IDLE_MS))
    return (commands * 1_000) / IDLE_MS
  }
  const commandsPerSecond = await perSecond()
  await using client = await Client.connect({ redis: url })
  const withAClient = await perSecond()
  await client.close()
  return { commandsPerSecond, withAClient }
}
