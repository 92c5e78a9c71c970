import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { RedisCluster } from './redis-cluster.ts'
import type { SuiteRedis } from './use-redis.ts'

/** A cluster of the suite's own; there from `beforeAll` to `afterAll`. */
export interface SuiteCluster extends Pick<SuiteRedis, 'url' | 'uniquePrefix'> {
  readonly cluster: RedisCluster
}

const START_MS = 60_000

/** Gives the vitest file it is called in a private Redis Cluster; where there can be none, its tests are skipped. */
export function useRedisCluster(): SuiteCluster {
  let cluster: RedisCluster | undefined
  let problem: string | undefined
  beforeAll(async () => {
    problem = await RedisCluster.problem()
    if (problem === undefined) cluster = await RedisCluster.start()
  }, START_MS)
  beforeEach(({ skip }) => skip(problem !== undefined, problem))
  afterAll(() => cluster?.close())
  const running = (): RedisCluster => {
    if (cluster === undefined) throw new Error('The suite\'s cluster is not started before "beforeAll"')
    return cluster
  }
  return {
    get url() {
      return running().url
    },
    get cluster() {
      return running()
    },
    uniquePrefix: () => `test-${randomUUID()}`,
  }
}
