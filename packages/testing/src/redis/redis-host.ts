/** What runs a Redis server: a process of this machine, or a container. It can be launched again after it ended. */
export interface RedisHost {
  /** The name to dial. */
  readonly hostname: string
  /** `undefined` while it is not running, and in a container. */
  readonly pid: number | undefined
  readonly isRunning: boolean
  /**
   * Settles when the server listens.
   *
   * @throws when it does not come up; with what it wrote
   */
  launch(): Promise<void>
  /** Ends it in order, so that it writes what it holds; by force after five seconds. */
  stop(): Promise<void>
  kill(): Promise<void>
  pause(): Promise<void>
  resume(): Promise<void>
}

export interface RedisHostOptions {
  readonly port: number
  readonly dir: string
  /** Of the server, without those for network and folder. */
  readonly args: readonly string[]
}
