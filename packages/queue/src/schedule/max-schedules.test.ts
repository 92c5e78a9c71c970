import { useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { Tenants } from '../admin/tenants.ts'
import { newSchedule } from '../fixtures/schedules.ts'
import { TestQueue } from '../fixtures/test-queue.ts'

const redis = useRedis()
const hourly = newSchedule({ kind: 'every', everyMs: 3_600_000 })

test('a tenant has no more schedules than its policy says, others have theirs', async () => {
  await using queue = await TestQueue.open(redis)
  const schedules = await queue.schedules()
  const tenants = new Tenants(queue.connection, { keyPrefix: queue.keyPrefix, queueName: 'runs' })
  const make = (tenant: string, id: string) => schedules.create({ tenant, id }, hourly)
  expect(await tenants.effective('acme')).toMatchObject({ maxSchedules: 1_000 })
  await tenants.set('acme', { maxSchedules: 2 })
  // Their names begin like those of "acme".
  for (const other of ['acme/east', 'acme@east', 'acme-2', 'acm', 'acme/']) {
    await make(other, 'a')
    await make(other, 'b')
  }
  const made = await Promise.allSettled(['a', 'b', 'c', 'd'].map((id) => make('acme', id)))
  const refused = made.filter((one) => one.status === 'rejected')
  expect(refused.map(({ reason }) => reason.code)).toEqual(['TENANT_SCHEDULES_FULL', 'TENANT_SCHEDULES_FULL'])
  expect(await schedules.list('acme')).toHaveLength(2)
  expect(await queue.keys('runs-schedules:record:acme/[a-d]')).toHaveLength(2)

  const id = (await schedules.list('acme'))[0]?.id ?? ''
  await make('acme', id)
  await schedules.remove({ tenant: 'acme', id })
  await make('acme', 'e')
  await expect(make('acme', 'f')).rejects.toThrow(
    'Schedule "f" cannot be made: tenant "acme" has 2, its cap "maxSchedules" is 2; remove one, or raise the cap',
  )
})
