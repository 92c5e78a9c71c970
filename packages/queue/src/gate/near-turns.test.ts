import { useRedis } from '@isolated-runtime/testing'
import { expect, it } from 'vitest'
import { counted, GateDrive } from '../fixtures/gate-drive.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

// Handing a cell to another tenant is dear: where tenants outnumber cells, who has one may have some turns in a row.
const redis = useRedis()
const TENANTS = 12
/** What is given ahead to an executor of four slots. */
const GIVEN = 6

async function busyDrive(queue: TestQueue, runs: number): Promise<GateDrive> {
  const drive = new GateDrive(queue)
  await drive.executors(4)
  for (let run = 0; run < runs; run++) {
    await Promise.all(Array.from({ length: TENANTS }, (_, tenant) => drive.enqueue(`tenant-${tenant}`)))
  }
  return drive
}

it('tenants that have runs under way go on for a few turns, and get no more than their shares', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = await busyDrive(queue, 100)
  const order = await drive.serve(TENANTS * 50)
  // In each stretch of two runs for each tenant, few tenants have cells.
  let distinct = 0
  const stretch = TENANTS * 2
  for (let from = 0; from < order.length; from += stretch)
    distinct += new Set(order.slice(from, from + stretch)).size
  expect(distinct / (order.length / stretch)).toBeLessThan(TENANTS * 0.85)
  for (const runs of Object.values(counted(order))) {
    expect(runs).toBeGreaterThanOrEqual(50 - 9)
    expect(runs).toBeLessThanOrEqual(50 + 9)
  }
})

it('a newcomer is passed over a few times, and then served', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = await busyDrive(queue, 60)
  await drive.serve(100)
  for (let turn = 0; turn < 5; turn++) {
    await drive.enqueue('newcomer')
    const order = await drive.serve(60)
    expect(order.indexOf('newcomer')).toBeGreaterThanOrEqual(0)
    expect(order.indexOf('newcomer')).toBeLessThanOrEqual(GIVEN + 3 * (8 + 1))
  }
})

it('where cells are enough for all, everybody takes turns one by one', async () => {
  await using queue = await TestQueue.open(redis)
  const drive = new GateDrive(queue)
  await drive.executors(4)
  for (let run = 0; run < 40; run++) await Promise.all([drive.enqueue('a'), drive.enqueue('b')])
  await drive.serve(GIVEN)
  expect(counted(await drive.serve(20))).toEqual({ a: 10, b: 10 })
})
