import { createHash } from 'node:crypto'
import type { RedisClient } from '../connection/redis-client.ts'

/** A script that Redis runs in one step; its text is sent once, and again when Redis has forgotten it. */
export class LuaScript {
  readonly #text: string
  readonly #sha: string

  constructor(text: string) {
    this.#text = text
    this.#sha = createHash('sha1').update(text).digest('hex')
  }

  /** Runs it with one key. */
  async run(redis: RedisClient, key: string, args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(this.#sha, 1, key, ...args)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return redis.eval(this.#text, 1, key, ...args)
    }
  }
}
