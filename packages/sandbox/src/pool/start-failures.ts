import { IsolatedRuntimeError } from '@isolated-runtime/protocol'

/** After this many cells in a row that died before they were ready, it is not bad luck. */
const MAX_FAILED_STARTS = 3

/** How soon another cell is tried after none could be started. */
const RETRY_MS = 2_000

/** Counts cells that could not be started, and tries again after a while, also where no run asks for it. */
export class StartFailures {
  readonly #tryOne: () => void
  #count = 0
  #failure: IsolatedRuntimeError | undefined
  #problem: string | undefined
  #timer: NodeJS.Timeout | undefined

  /** @param tryOne starts a cell */
  constructor(tryOne: () => void) {
    this.#tryOne = tryOne
  }

  /** Set when no cell could be started several times in a row, until the next is tried. */
  get failure(): IsolatedRuntimeError | undefined {
    return this.#failure
  }

  /** Why cells cannot be started, as long as none has been since. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** The system would not start a process. */
  threw(cause: unknown): void {
    const why = cause instanceof Error ? cause.message : String(cause)
    this.#fail(new IsolatedRuntimeError('SANDBOX_FAILED', `No cell could be started: ${why}`, { cause }))
  }

  /** A cell died before it was ready. */
  died(lastWords: string): void {
    if (++this.#count < MAX_FAILED_STARTS) return
    const problem = `No cell could be started in ${MAX_FAILED_STARTS} attempts, the last one said: ${lastWords}`
    this.#fail(new IsolatedRuntimeError('SANDBOX_FAILED', problem))
  }

  /** A cell is up that has just been started. */
  succeeded(): void {
    this.forget()
    this.#problem = undefined
  }

  /** Forgets past failures, so that cells are started again. */
  forget(): void {
    this.#count = 0
    this.#failure = undefined
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#problem = undefined
  }

  #fail(failure: IsolatedRuntimeError): void {
    this.#failure = failure
    this.#problem = failure.message
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      if (this.#problem === undefined) return
      this.#failure = undefined
      // One more that fails is enough to know.
      this.#count = MAX_FAILED_STARTS - 1
      this.#tryOne()
    }, RETRY_MS).unref()
  }
}
