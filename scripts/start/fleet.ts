import { join } from 'node:path'
import { say } from '../program/say.ts'
import { ExecutorProcess } from './executor-process.ts'

const SIZE = 2

/** The executors of this machine. One that crashes is told about, and the others go on. */
export class Fleet implements AsyncDisposable {
  readonly #executors: readonly ExecutorProcess[]
  readonly #lost = new AbortController()
  #crashes = 0
  #closing: Promise<void> | undefined

  private constructor(executors: readonly ExecutorProcess[]) {
    this.#executors = executors
    for (const executor of executors) void this.#watch(executor)
  }

  /** Starts the executors; all take runs when the promise settles. @throws when one does not become ready */
  static async start(redisUrl: string, dataDir: string): Promise<Fleet> {
    await using stack = new AsyncDisposableStack()
    const starting = Array.from({ length: SIZE }, async (_, index) => {
      const name = `executor-${index + 1}`
      const logFile = join(dataDir, `${name}.log`)
      const executor = stack.use(await ExecutorProcess.start(name, redisUrl, logFile))
      say(`Executor: ${name} is ready, its log in "${logFile}"`)
      return executor
    })
    const executors: ExecutorProcess[] = []
    for (const result of await Promise.allSettled(starting)) {
      if (result.status === 'rejected') throw result.reason
      executors.push(result.value)
    }
    stack.move()
    return new Fleet(executors)
  }

  /** Aborts when every executor ended without being asked to. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** How many executors ended without being asked to. */
  get crashes(): number {
    return this.#crashes
  }

  /** Lets every executor finish what it runs. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #watch(executor: ExecutorProcess): Promise<void> {
    say(await executor.crash)
    this.#crashes++
    if (this.#crashes === this.#executors.length) this.#lost.abort()
  }

  async #close(): Promise<void> {
    await Promise.all(this.#executors.map((executor) => executor.close()))
  }
}
