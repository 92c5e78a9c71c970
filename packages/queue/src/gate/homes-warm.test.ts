import { Random, useRedis } from '@isolated-runtime/testing'
import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { simulateHomes } from '../fixtures/simulate-homes.ts'
import { VirtualExecutors } from '../fixtures/virtual-executors.ts'

const redis = useRedis()
const [EXECUTORS, SLOTS, TENANTS] = [5, 8, 40]

/** The share of runs that find a cell of their tenant, with room for three times as many tenants as there are. */
async function warmShare({ hasHomes, load }: { hasHomes: boolean; load: number }): Promise<number> {
  const client = new Redis(redis.url)
  try {
    const random = new Random(1)
    const keyPrefix = redis.uniquePrefix()
    const executors = new VirtualExecutors(client, {
      keyPrefix,
      executors: EXECUTORS,
      slots: SLOTS,
      hasHomes,
    })
    const figures = await simulateHomes(
      executors,
      EXECUTORS,
      {
        // Some come often, most come seldom.
        draw: () => `tenant-${Math.floor(TENANTS * random.next() ** 2)}`,
        runsPerMs: (EXECUTORS * SLOTS * load) / 50,
        runMs: 50,
        room: (3 * TENANTS) / EXECUTORS,
        warmUpMs: 1_500,
        measureMs: 700,
      },
      random,
    )
    return figures.warm
  } finally {
    client.disconnect()
  }
}

it('nearly all runs find a cell of their tenant where tenants have homes', async () => {
  expect(await warmShare({ hasHomes: true, load: 0.4 })).toBeGreaterThan(0.97)
  expect(await warmShare({ hasHomes: false, load: 0.4 })).toBeLessThan(0.8)
})

it('also where more is asked for than there are slots', async () => {
  expect(await warmShare({ hasHomes: true, load: 1.3 })).toBeGreaterThan(0.9)
})
