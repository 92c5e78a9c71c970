import { z } from 'zod'
import type { RedisClient } from '../connection/redis-client.ts'
import { LuaScript } from '../gate/lua-script.ts'
import type { Logger } from '../logger.ts'

/**
 * KEYS: what the keys of the queue start with · ARGV: milliseconds, then job and token of each · gives the jobs whose lock is
 * lost. A full Redis refuses what may need memory, and this may not. A lock that is none must not cost the others theirs.
 */
const renewScript = new LuaScript(`
local lost = {}
for i = 2, #ARGV, 2 do
  local lock = KEYS[1] .. ':' .. ARGV[i] .. ':lock'
  if redis.pcall('GET', lock) == ARGV[i + 1] then
    redis.call('PEXPIRE', lock, ARGV[1])
    redis.pcall('SREM', KEYS[1] .. ':stalled', ARGV[i])
  else
    table.insert(lost, ARGV[i])
  end
end
return lost`)

export interface RunLocksOptions {
  readonly redis: RedisClient
  /** What the keys of the queue start with. */
  readonly queueKey: string
  /** How long a lock holds, in milliseconds. */
  readonly lockMs: number
  readonly renewEveryMs: number
  /** Another executor has these jobs, or they are gone. */
  readonly onLost: (jobIds: readonly string[]) => void
  readonly logger: Logger
}

/**
 * Keeps the locks of the jobs that are under way here. BullMQ does the same, but by the clock of the machine, and lets them expire
 * when that is set back.
 */
export class RunLocks implements Disposable {
  readonly #options: RunLocksOptions
  readonly #held = new Map<string, string>()
  #timer: NodeJS.Timeout | undefined
  #isOver = false

  constructor(options: RunLocksOptions) {
    this.#options = options
  }

  /** Keeps the lock of a job until the result is disposed of. */
  hold(jobId: string, token: string): Disposable {
    this.#held.set(jobId, token)
    this.#renewLater()
    return {
      [Symbol.dispose]: () => {
        if (this.#held.get(jobId) === token) this.#held.delete(jobId)
      },
    }
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    clearTimeout(this.#timer)
  }

  #renewLater(): void {
    if (this.#isOver) return
    this.#timer ??= setTimeout(() => void this.#renew(), this.#options.renewEveryMs)
  }

  async #renew(): Promise<void> {
    const { redis, queueKey, lockMs, onLost, logger } = this.#options
    try {
      if (this.#held.size > 0) {
        const held = new Map(this.#held)
        const lost = await renewScript.run(redis, queueKey, [lockMs, ...Array.from(held).flat()])
        const jobIds = z
          .array(z.string())
          .parse(lost)
          .filter((jobId) => this.#held.get(jobId) === held.get(jobId) && this.#held.delete(jobId))
        if (jobIds.length > 0) onLost(jobIds)
      }
    } catch (error) {
      logger.warn({ err: error }, 'The locks of runs could not be renewed')
    }
    this.#timer = undefined
    if (this.#held.size > 0) this.#renewLater()
  }
}
