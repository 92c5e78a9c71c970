import { once } from 'node:events'

/** Where runs that got no processor are attempted again: one at a time, so that they do not take it from each other. */
export class CalmLine {
  #last: Promise<unknown> = Promise.resolve()

  /** @param signal ends the wait for the others */
  run<T>(attempt: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const ended = signal && (signal.aborted ? Promise.resolve() : once(signal, 'abort'))
    const turn = Promise.race([this.#last, ...(ended === undefined ? [] : [ended])]).then(attempt)
    const before = this.#last
    this.#last = turn.catch(() => undefined).then(() => before)
    return turn
  }
}
