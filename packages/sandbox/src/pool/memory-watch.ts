/** What the watch needs to know of a cell. */
export interface WatchedCell {
  readonly inFlight: number
  readonly dead: boolean
  /** Looks at how much memory it holds, and does what is to be done about it. */
  checkMemory(): void
}

/** A fast guest fills some 2 MB a millisecond. */
const INTERVAL_MS = 25

/**
 * Looks at the memory of all cells that have runs, by one timer, and once more when a cell has none left: its threads are at
 * rest or gone then. A look costs some 20 microseconds, and a thousand tenants have a run now and then.
 */
export class MemoryWatch {
  readonly #cells = new Set<WatchedCell>()
  #timer: NodeJS.Timeout | undefined

  /** Called whenever a cell is given a run. */
  add(cell: WatchedCell): void {
    this.#cells.add(cell)
    this.#timer ??= setInterval(() => this.#look(), INTERVAL_MS).unref()
  }

  #look(): void {
    for (const cell of this.#cells) {
      if (!cell.dead) cell.checkMemory()
      if (cell.dead || cell.inFlight === 0) this.#cells.delete(cell)
    }
    if (this.#cells.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
