import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import { RedisServer, type RedisServerOptions } from './redis-server.ts'

/** A Redis of the suite's own; there from `beforeAll` to `afterAll`. */
export interface SuiteRedis {
  readonly url: string
  readonly server: RedisServer
  /** A prefix for keys that no other test of the suite has. */
  uniquePrefix(): string
}

/** Gives the vitest suite or file it is called in a private Redis. */
export function useRedis(options: RedisServerOptions = {}): SuiteRedis {
  let server: RedisServer | undefined
  beforeAll(async () => {
    server = await RedisServer.start(options)
  })
  afterAll(() => server?.close())
  const running = (): RedisServer => {
    if (server === undefined) throw new Error('The suite\'s Redis is not started before "beforeAll"')
    return server
  }
  return {
    get url() {
      return running().url
    },
    get server() {
      return running()
    },
    uniquePrefix: () => `test-${randomUUID()}`,
  }
}
