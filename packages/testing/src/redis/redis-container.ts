import type { StartedTestContainer } from 'testcontainers'
import type { RedisHost, RedisHostOptions } from './redis-host.ts'

const IMAGE = 'redis:8-alpine'
const REDIS_PORT = 6379

/** A Redis server in a container, its data in a folder of this machine. */
export class RedisContainer implements RedisHost {
  readonly pid = undefined
  readonly #options: RedisHostOptions
  #container: StartedTestContainer | undefined
  #isRunning = false

  constructor(options: RedisHostOptions) {
    this.#options = options
  }

  get hostname(): string {
    return this.#container?.getHost() ?? '127.0.0.1'
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  async launch(): Promise<void> {
    if (this.#container === undefined) this.#container = await this.#create()
    else await (await this.#handle()).start()
    this.#isRunning = true
  }

  async stop(): Promise<void> {
    await this.#container?.stop()
    this.#container = undefined
    this.#isRunning = false
  }

  async kill(): Promise<void> {
    await (await this.#handle()).kill()
    this.#isRunning = false
  }

  async pause(): Promise<void> {
    await (await this.#handle()).pause()
  }

  async resume(): Promise<void> {
    await (await this.#handle()).unpause()
  }

  async #create(): Promise<StartedTestContainer> {
    const { GenericContainer } = await import('testcontainers')
    const { port, dir, args } = this.#options
    const container = new GenericContainer(IMAGE)
      .withCommand(['redis-server', '--protected-mode', 'no', '--dir', '/data', ...args])
      .withBindMounts([{ source: dir, target: '/data' }])
      .withExposedPorts({ container: REDIS_PORT, host: port })
    // The files in the folder belong to whoever started it, who has to be able to remove them.
    if (process.getuid && process.getgid) container.withUser(`${process.getuid()}:${process.getgid()}`)
    return container.start()
  }

  async #handle(): Promise<DockerContainer> {
    if (this.#container === undefined) throw new Error('The Redis container was not started')
    const { getContainerRuntimeClient } = await import('testcontainers')
    return (await getContainerRuntimeClient()).container.getById(this.#container.getId())
  }
}

interface DockerContainer {
  start(): Promise<unknown>
  kill(): Promise<unknown>
  pause(): Promise<unknown>
  unpause(): Promise<unknown>
}
