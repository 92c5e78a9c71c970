/** What the watch needs to know of a cell. */
export interface WatchedCell {
  readonly inFlight: number
  readonly dead: boolean
  /** When it last took or ended a run, in milliseconds. */
  readonly usedAt: number
  /** Looks at how much memory it holds, and does what is to be done about it. */
  checkMemory(): void
}

/** A fast guest fills some 2 MB a millisecond. */
const INTERVAL_MS = 25

/** How long a cell without runs is still looked at: a thread that was told to stop may go on for a while. */
const LINGER_MS = 2_000

/** Looks at the memory of all cells that have runs, by one timer. A look costs some microseconds. */
export class MemoryWatch {
  readonly #cells = new Set<WatchedCell>()
  #timer: NodeJS.Timeout | undefined

  /** Called whenever a cell is given a run. */
  add(cell: WatchedCell): void {
    this.#cells.add(cell)
    this.#timer ??= setInterval(() => this.#look(), INTERVAL_MS).unref()
  }

  #look(): void {
    const latest = performance.now() - LINGER_MS
    for (const cell of this.#cells) {
      if (cell.dead || (cell.inFlight === 0 && cell.usedAt < latest)) this.#cells.delete(cell)
      else cell.checkMemory()
    }
    if (this.#cells.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
