import type { LogEntry } from '@isolated-runtime/protocol'
import type { SandboxLogger } from './sandbox-logger.ts'

/** What a caller wants to hear of a run while it goes on. What these functions throw is logged, and harms no run. */
export interface LiveOptions {
  /** Called with each line of the run's log, as it is written. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined
  /** Called with each value that the guest reports by `reportProgress`, which it has if the run asks for it. */
  readonly onProgress?: ((value: unknown) => void) | undefined
}

/** Tells a caller of one run, attempt by attempt. */
export class LiveListener {
  readonly #options: LiveOptions
  readonly #logger: SandboxLogger | undefined
  #lines = 0

  constructor(options: LiveOptions, logger: SandboxLogger | undefined) {
    this.#options = options
    this.#logger = logger
  }

  /** Whether lines of the log are to be told. */
  get hearsLogs(): boolean {
    return this.#options.onLog !== undefined
  }

  /** Called when the run is given to a cell: all that was told before is of an attempt that was in vain. */
  begin(): void {
    this.#lines = 0
  }

  log(entry: LogEntry): void {
    this.#lines++
    this.#tell(this.#options.onLog, entry)
  }

  progress(value: unknown): void {
    this.#tell(this.#options.onProgress, value)
  }

  /** Tells the lines that are in the outcome and were not told yet: a cell in need ends runs before it has read all. */
  end(logs: readonly LogEntry[]): void {
    if (this.hearsLogs) for (const entry of logs.slice(this.#lines)) this.log(entry)
  }

  #tell<Value>(listener: ((value: Value) => void) | undefined, value: Value): void {
    try {
      listener?.(value)
    } catch (error) {
      this.#logger?.warn(
        { event: 'listener.live-threw', err: error },
        'An onLog or onProgress listener threw; the run goes on',
      )
    }
  }
}
