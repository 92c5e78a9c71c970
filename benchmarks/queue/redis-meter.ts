import { Redis } from 'ioredis'

export interface RedisCost {
  /** CPU time of the Redis process, all of its threads. */
  readonly cpuMs: number
  readonly commands: number
}

/** Reads off Redis itself what it has done. */
export class RedisMeter implements AsyncDisposable {
  readonly #redis: Redis

  constructor(url: string) {
    this.#redis = new Redis(url)
  }

  /** What something cost Redis; the asking is not counted. */
  async costOf(work: () => Promise<void>): Promise<RedisCost> {
    const before = await this.#read()
    await work()
    const after = await this.#read()
    return { cpuMs: after.cpuMs - before.cpuMs, commands: after.commands - before.commands - 1 }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#redis.quit()
  }

  async #read(): Promise<RedisCost> {
    const info = await this.#redis.info('everything')
    const figure = (name: string): number => Number(new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1])
    return {
      cpuMs: (figure('used_cpu_user') + figure('used_cpu_sys')) * 1_000,
      commands: figure('total_commands_processed'),
    }
  }
}
