import type { Resources } from '../resources/resources.ts'

/** What the watch needs to know of a cell, and what it does with one. Memory in MB. */
export interface PressedCell {
  readonly inFlight: number
  /** How much more it held than at its start when it was last looked at. */
  readonly memory: { readonly grownMb: number }
  /** How much its runs may hold by their limits. */
  readonly runs: { readonly limitsMb: number }
  /** Looks at what it holds now. */
  checkMemory(): void
  /** Resolves when its memory is free again. */
  readonly gone: Promise<void>
  /** Ends it for the sake of all others, whatever runs in it. */
  press(why: string): void
}

/** What is to go, and when it is gone. */
interface Leaving {
  readonly gone: Promise<unknown>
  retire(): void
}

export interface PressureWatchOptions {
  readonly resources: Pick<Resources, 'memory'>
  /** The idle cell that is missed least. */
  readonly leastWanted: () => Leaving | undefined
  /** Called when there may be room again for what had none. */
  readonly onRelief: () => void
}

/** Below this part of the limit is too little. Between two looks guests take some, and ended cells need a moment to go. */
const RESERVE = 0.15
const LEAST_RESERVE_MB = 48
const MOST_RESERVE_MB = 512

/** How fast a guest fills memory, in MB a millisecond. */
const FILL_RATE = 2
const LEAST_INTERVAL_MS = 5
const MOST_INTERVAL_MS = 500

/** How long the end of a cell is waited for before another is ended. */
const GOING_MS = 500

/** What a cell holds that was just started. */
const CELL_MB = 45

/**
 * Keeps the container below its limit: the kernel would end a process of its own choice there, or all of them
 * (`memory.oom.group`). When little is free, idle cells go, the one that is missed least first; when that does not help in
 * time, the busy cell that holds most beyond what its runs may hold by their limits. And while little is free, no run
 * begins that may take it.
 */
export class PressureWatch {
  readonly #options: PressureWatchOptions
  /** Cells that were given runs; some may have ended them. */
  readonly #busy = new Set<PressedCell>()
  #timer: NodeJS.Timeout | undefined
  #dueAt = Infinity
  #freeMb = Infinity
  #reserveMb = 0
  #limitMb = Infinity
  /** Until when no other cell is ended: the memory of the last may not be free yet. */
  #goingUntil = 0
  #isHolding = false

  constructor(options: PressureWatchOptions) {
    this.#options = options
    this.#look()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#dueAt = -Infinity
  }

  /** Whether there is room for a cell that is started ahead of need. */
  get hasRoomForSpare(): boolean {
    return this.#freeMb >= this.#neededMb() + CELL_MB
  }

  /** Called when a cell was given a run: the more there are, the sooner memory may be full. */
  begun(cell: PressedCell): void {
    this.#busy.add(cell)
    this.#arm()
  }

  /**
   * Whether a run may begin that may hold that much. One may always, however little there is: nothing else would ever
   * free any. Where it may not, the idle cell that is missed least makes room.
   */
  hasRoomFor(memoryMb: number): boolean {
    if (this.#freeMb >= this.#neededMb() + CELL_MB + memoryMb || this.#busy.size === 0) return true
    this.#isHolding = true
    this.#giveUpIdle()
    return false
  }

  #look(): void {
    this.#dueAt = Infinity
    const { limitMb, freeMb } = this.#options.resources.memory()
    this.#limitMb = limitMb
    this.#freeMb = freeMb
    this.#reserveMb = Math.min(Math.max(limitMb * RESERVE, LEAST_RESERVE_MB), MOST_RESERVE_MB)
    if (freeMb < this.#reserveMb) this.#relieve()
    if (this.#isHolding) {
      this.#isHolding = false
      this.#options.onRelief()
    }
    this.#arm()
  }

  #relieve(): void {
    const isUrgent = this.#freeMb < this.#reserveMb / 2
    const busy = isUrgent ? this.#stillBusy() : []
    if (busy.length === 0) return this.#giveUpIdle()
    for (const cell of busy) cell.checkMemory()
    // Some may have been over their own allowance.
    const victim = highest(this.#stillBusy(), ({ memory, runs }) => memory.grownMb - runs.limitsMb)
    const figures = `${Math.round(this.#freeMb)} of ${Math.round(this.#limitMb)} MB were free`
    this.#end(victim, () => victim?.press(`The memory of the container was nearly full, ${figures}`))
  }

  #giveUpIdle(): void {
    const victim = this.#options.leastWanted()
    this.#end(victim, () => victim?.retire())
  }

  /** Another is ended only when it is known what the end of this one gave. */
  #end(cell: { readonly gone: Promise<unknown> } | undefined, end: () => void): void {
    if (cell === undefined || performance.now() < this.#goingUntil) return
    this.#goingUntil = performance.now() + GOING_MS
    end()
    void this.#lookAfter(cell.gone)
  }

  async #lookAfter(gone: Promise<unknown>): Promise<void> {
    await gone
    this.#goingUntil = 0
    this.#armIn(0)
  }

  /** What has to be free for the runs under way to get all that they may hold. */
  #neededMb(): number {
    let neededMb = this.#reserveMb
    for (const { runs, memory } of this.#stillBusy()) neededMb += Math.max(0, runs.limitsMb - memory.grownMb)
    return neededMb
  }

  #stillBusy(): PressedCell[] {
    for (const cell of this.#busy) if (cell.inFlight === 0) this.#busy.delete(cell)
    return [...this.#busy]
  }

  /** Looks again in half of the time that guests take to fill what is free. */
  #arm(): void {
    let runs = 1
    for (const { inFlight } of this.#busy) runs += inFlight
    const ms = (this.#freeMb - this.#reserveMb / 2) / (FILL_RATE * runs) / 2
    this.#armIn(Math.min(Math.max(ms, LEAST_INTERVAL_MS), MOST_INTERVAL_MS))
  }

  #armIn(ms: number): void {
    const dueAt = performance.now() + ms
    if (dueAt >= this.#dueAt) return
    clearTimeout(this.#timer)
    this.#dueAt = dueAt
    this.#timer = setTimeout(() => this.#look(), ms).unref()
  }
}

function highest<C>(cells: readonly C[], rankOf: (cell: C) => number): C | undefined {
  let best: C | undefined
  for (const cell of cells) if (best === undefined || rankOf(cell) > rankOf(best)) best = cell
  return best
}
