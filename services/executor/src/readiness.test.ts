import { RedisConnection } from '@isolated-runtime/queue'
import { useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { nodeBuild } from './protection/node-build.ts'
import { protectionOf } from './protection/protection.ts'
import { lookAround } from './protection/surroundings.ts'
import { Readiness } from './readiness.ts'

const redis = useRedis()

test('an executor is ready only as long as Redis answers and cells can be started', async () => {
  await using connection = await RedisConnection.open({ redis: redis.url })
  const sandbox = { cellUser: { kind: 'own' } as const, problem: undefined as string | undefined }
  const readiness = new Readiness()
  expect(await readiness.reasons()).toEqual(['The executor is starting'])
  expect(readiness.cellUser).toBeUndefined()
  const protection = protectionOf(lookAround({ kind: 'own' }), nodeBuild())
  const taker = { problems: [], quarantined: [] }
  readiness.ready(connection, taker, sandbox, protection)
  expect(await readiness.reasons()).toEqual([])
  expect(readiness.cellUser).toEqual({ kind: 'own' })
  sandbox.problem = 'No cell could be started: spawn EAGAIN'
  expect(await readiness.reasons()).toEqual(['No cell could be started: spawn EAGAIN'])
  sandbox.problem = undefined
  expect(await readiness.reasons()).toEqual([])
  readiness.draining()
  expect(await readiness.reasons()).toEqual(['The executor is draining'])
})
