import { fileURLToPath } from 'node:url'
import { boundToParent, startProcess, type StartedProcess } from '@isolated-runtime/testing'

const MAIN = fileURLToPath(new URL('../../services/executor/dist/main.js', import.meta.url))
const READY_MS = 60_000

/** Executors as they ship, that can be killed. */
export class Executors implements AsyncDisposable {
  readonly #url: string
  readonly #started = new Map<string, StartedProcess>()
  #count = 0

  constructor(url: string) {
    this.#url = url
  }

  /** Starts one more, and gives its name when it takes runs. */
  async start(): Promise<string> {
    const name = `executor-${++this.#count}`
    const env = {
      ...process.env,
      REDIS_URL: this.#url,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'info',
      EXECUTOR_NAME: name,
    }
    const started = await startProcess(...boundToParent(process.execPath, [MAIN]), { env })
    this.#started.set(name, started)
    await started.waitForLine(/"msg":"ready"/, READY_MS)
    return name
  }

  /** Kills one by name, its children with it. */
  async kill(name: string): Promise<void> {
    const started = this.#started.get(name)
    if (started === undefined) throw new Error(`There is no executor "${name}"`)
    this.#started.delete(name)
    await started[Symbol.asyncDispose]()
  }

  /** Those that are there, by name. */
  get names(): string[] {
    return Array.from(this.#started.keys())
  }

  /** Sends a signal to one. */
  signal(name: string, signal: NodeJS.Signals): void {
    this.#started.get(name)?.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Array.from(this.#started.values(), (started) => started[Symbol.asyncDispose]()))
  }
}
