import type { RealmInside } from '../realm/inside/boundary.ts'
import type { RunLog } from './run-log.ts'

/** What V8 tells of promises, by its numbers: one was rejected and nobody handles it, or somebody does after all. */
const UNHANDLED = 0
const HANDLED = 1

/** Of this many promises it is noted at a time that nobody handles their rejection: a guest may make any number. */
const MAX_NOTED = 32

interface Described {
  readonly message: string
  readonly stack?: string
}

/**
 * Writes a warning into the log of a run for each rejection that nobody handles. V8 tells of a rejection at once, and most
 * are handled a moment later: what is left when the event loop turns is written.
 *
 * V8 calls {@link note} in the middle of guest code. It touches none of what it is given, and what it throws reaches nobody.
 */
export class Rejections {
  readonly #onNextTurn: (flush: () => void) => unknown
  readonly #noted = new Map<unknown, unknown>()
  #run: { readonly log: RunLog; readonly inside: RealmInside } | undefined
  #isDue = false
  #written = 0

  constructor(onNextTurn: (flush: () => void) => unknown) {
    this.#onNextTurn = onNextTurn
  }

  readonly note = (kind: number, promise: unknown, reason: unknown): void => {
    if (kind === HANDLED) this.#noted.delete(promise)
    if (kind !== UNHANDLED || this.#run === undefined || this.#noted.size >= MAX_NOTED) return
    this.#noted.set(promise, reason)
    if (this.#isDue) return
    this.#onNextTurn(() => {
      this.#isDue = false
      this.flush()
    })
    // Last: the stack may end in the call before.
    this.#isDue = true
  }

  /** From here on, what is noted goes into that log. */
  begin(log: RunLog, inside: RealmInside): void {
    this.#noted.clear()
    this.#run = { log, inside }
  }

  /** How many warnings were written so far. */
  get written(): number {
    return this.#written
  }

  /** Writes what is noted. */
  flush(): void {
    if (this.#run === undefined || this.#noted.size === 0) return
    const { log, inside } = this.#run
    const reasons = [...this.#noted.values()]
    this.#noted.clear()
    for (const reason of reasons) {
      const { message, stack = message } = JSON.parse(inside.describe(reason)) as Described
      log.write('warn', `Unhandled rejection: ${stack}`)
      this.#written++
    }
  }

  /** Notes nothing until the next run begins. */
  end(): void {
    this.#noted.clear()
    this.#run = undefined
  }
}
