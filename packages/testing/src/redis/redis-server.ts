import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../free-port.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { findRedisServer, type RedisServerSource } from './find-redis.ts'
import { ping } from './ping.ts'
import { RedisContainer } from './redis-container.ts'
import type { RedisHost, RedisHostOptions } from './redis-host.ts'
import { RedisProcess } from './redis-process.ts'

const START_MS = 30_000
const POLL_MS = 10
const PORT_TRIES = 5

export interface RedisServerOptions {
  /** The program to start. @default what `findRedis` finds, `REDIS_URL` left aside */
  readonly source?: RedisServerSource
  /** @default a free one */
  readonly port?: number
  /** Where its data is, and stays. @default a temporary folder, removed by `close` */
  readonly dir?: string
  /** Whether writes survive `kill`. @default false */
  readonly appendOnly?: boolean
  /** More arguments for the server, such as `['--maxmemory', '10mb']`. */
  readonly args?: readonly string[]
}

/** A private Redis on this machine. It is killed when this process ends. */
export class RedisServer implements AsyncDisposable {
  readonly port: number
  readonly #host: RedisHost
  readonly #stack: AsyncDisposableStack
  #closing: Promise<void> | undefined

  private constructor(port: number, host: RedisHost, stack: AsyncDisposableStack) {
    this.port = port
    this.#host = host
    this.#stack = stack
  }

  /**
   * Starts a server; it answers PING when the promise settles.
   *
   * @throws when there is no program to start, or the server does not come up; with what it wrote
   */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const source = options.source ?? (await findRedisServer())
    await using stack = new AsyncDisposableStack()
    const dir = resolve(options.dir ?? stack.use(await temporaryFolder()).path)
    await mkdir(dir, { recursive: true })
    const args = ['--save', '', '--appendonly', options.appendOnly ? 'yes' : 'no', ...(options.args ?? [])]
    for (let tries = 1; ; tries++) {
      const port = options.port ?? (await freePort())
      const host = hostOf(source, { port, dir, args })
      try {
        await launch(host, port)
      } catch (error) {
        await host.stop()
        if (tries < PORT_TRIES && options.port === undefined && isPortTaken(error)) continue
        throw error
      }
      stack.defer(() => host.stop())
      return new RedisServer(port, host, stack.move())
    }
  }

  get url(): string {
    return `redis://${this.#host.hostname}:${this.port}`
  }

  /** `undefined` while it is killed, and in Docker. */
  get pid(): number | undefined {
    return this.#host.pid
  }

  /** Kills the server if it runs, and starts it again on the same port and data. */
  async restart(): Promise<void> {
    if (this.#host.isRunning) await this.#host.kill()
    await launch(this.#host, this.port)
  }

  /** Kills the server as a crash would; `restart` brings it back. */
  async kill(): Promise<void> {
    await this.#host.kill()
  }

  /** Stops the server's clock: connections stay, nothing answers. */
  async pause(): Promise<void> {
    await this.#host.pause()
  }

  async resume(): Promise<void> {
    await this.#host.resume()
  }

  close(): Promise<void> {
    this.#closing ??= this.#stack.disposeAsync()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function hostOf(source: RedisServerSource, options: RedisHostOptions): RedisHost {
  return source.kind === 'docker' ? new RedisContainer(options) : new RedisProcess(source.command, options)
}

async function launch(host: RedisHost, port: number): Promise<void> {
  await host.launch()
  const deadline = performance.now() + START_MS
  while (!(await ping(host.hostname, port))) {
    if (performance.now() > deadline) {
      throw new Error(`Redis was started on port ${port}, but did not answer PING within ${START_MS} ms`)
    }
    await delay(POLL_MS)
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && /address already in use|port is already allocated/i.test(error.message)
}
