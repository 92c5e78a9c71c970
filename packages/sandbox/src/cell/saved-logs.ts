import type { FromCell } from './from-cell.ts'
import type { Threads } from './threads.ts'

type SavedFrame = Extract<FromCell, { type: 'saved' }>

/**
 * Tells the executor now and then what the runs of this cell have written to their logs: should the process die, that is
 * all that is left of them.
 */
export class SavedLogs {
  readonly #threads: Pick<Threads, 'logsOf'>
  readonly #send: (frame: SavedFrame) => void
  /** How much of the log of each run was told, in bytes. */
  readonly #told = new Map<number, number>()

  constructor(threads: Pick<Threads, 'logsOf'>, send: (frame: SavedFrame) => void) {
    this.#threads = threads
    this.#send = send
  }

  /** @param runs those that go on; batches are not among them, for each item has a log of its own */
  tell(runs: Iterable<number>): void {
    for (const seq of runs) {
      const from = this.#told.get(seq) ?? 0
      const read = this.#threads.logsOf(seq, from)
      if (read === undefined || read.logs.length === 0) continue
      this.#told.set(seq, read.end)
      this.#send({ type: 'saved', seq, logs: read.logs })
    }
  }

  forget(seq: number): void {
    this.#told.delete(seq)
  }
}
