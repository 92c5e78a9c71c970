import { setTimeout as delay } from 'node:timers/promises'
import { boundToParent } from '../process/bound-to-parent.ts'
import { startProcess, type StartedProcess } from '../process/start-process.ts'
import type { RedisHost, RedisHostOptions } from './redis-host.ts'

const START_MS = 30_000
const STOP_MS = 5_000

/** A Redis server in a process of its own. */
export class RedisProcess implements RedisHost {
  readonly hostname = '127.0.0.1'
  readonly #command: string
  readonly #args: readonly string[]
  #process: StartedProcess | undefined

  constructor(command: string, { port, dir, args }: RedisHostOptions) {
    this.#command = command
    this.#args = ['--bind', this.hostname, '--port', String(port), '--dir', dir, ...args]
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  get isRunning(): boolean {
    return this.#process !== undefined
  }

  async launch(): Promise<void> {
    const started = await startProcess(...boundToParent(this.#command, this.#args))
    this.#process = started
    void this.#forgetAtExit(started)
    // Somebody else's server may answer on the port; this line is this one's.
    await started.waitForLine(/ready to accept connections/i, START_MS)
  }

  async stop(): Promise<void> {
    const running = this.#process
    if (running === undefined) return
    running.kill('SIGCONT')
    running.kill('SIGTERM')
    const abort = new AbortController()
    const late = delay(STOP_MS, 'late', { signal: abort.signal })
    const first = await Promise.race([running.exit, late.catch(() => 'ended')])
    abort.abort()
    if (first === 'late') await running[Symbol.asyncDispose]()
  }

  async kill(): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]()
  }

  async pause(): Promise<void> {
    this.#process?.kill('SIGSTOP')
  }

  async resume(): Promise<void> {
    this.#process?.kill('SIGCONT')
  }

  async #forgetAtExit(started: StartedProcess): Promise<void> {
    await started.exit
    if (this.#process === started) this.#process = undefined
  }
}
