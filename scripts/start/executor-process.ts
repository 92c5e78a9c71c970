import { createWriteStream } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { boundToParent, startProcess, type ProcessExit, type StartedProcess } from '@isolated-runtime/testing'

const MAIN = 'services/executor/dist/main.js'
const READY_MS = 30_000
const DRAIN_MS = 30_000
const LAST_LINES = 10

/** An executor in a process of its own. */
export class ExecutorProcess implements AsyncDisposable {
  /** Settles with what happened when the executor ends without being asked to. */
  readonly crash: Promise<string>
  readonly #process: StartedProcess
  #closing: Promise<void> | undefined

  private constructor(name: string, process: StartedProcess) {
    const crash = Promise.withResolvers<string>()
    this.crash = crash.promise
    this.#process = process
    void process.exit.then((exit) => {
      if (this.#closing === undefined) crash.resolve(describe(name, exit, process.lines))
      return undefined
    })
  }

  /**
   * Starts an executor; it takes runs when the promise settles.
   *
   * @param logFile is given what it logs
   * @throws when it does not become ready
   */
  static async start(name: string, redisUrl: string, logFile: string): Promise<ExecutorProcess> {
    const log = createWriteStream(logFile)
    await using stack = new AsyncDisposableStack()
    const started = stack.use(
      await startProcess(...boundToParent(process.execPath, [MAIN]), {
        env: { ...process.env, ...settings(name, redisUrl) },
        onLine: (line) => log.write(`${line}\n`),
      }),
    )
    void started.exit.then(() => log.end())
    await started.waitForLine(/"msg":"ready"/, READY_MS)
    stack.move()
    return new ExecutorProcess(name, started)
  }

  /** Lets the executor finish what it runs; kills it when that takes longer than thirty seconds. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#process.kill('SIGTERM')
    await Promise.race([this.#process.exit, delay(DRAIN_MS, undefined, { ref: false })])
    await this.#process[Symbol.asyncDispose]()
  }
}

function settings(name: string, redisUrl: string): NodeJS.ProcessEnv {
  // Readiness is read from its log, so the log cannot be silenced.
  return { REDIS_URL: redisUrl, EXECUTOR_NAME: name, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info' }
}

function describe(name: string, { code, signal }: ProcessExit, lines: readonly string[]): string {
  const last = lines.slice(-LAST_LINES).join('\n')
  return `${name} ended with ${signal ?? code}; the last it said:\n${last}`
}
