import { setTimeout } from 'node:timers/promises'
import type { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import type { SandboxLogger } from '../live/sandbox-logger.ts'
import type { Allowable } from '../realm/permits.ts'
import { Cell } from './cell.ts'
import type { CellOptions } from './cell-options.ts'
import type { StartCell } from './cell-process.ts'
import { MAX_PLACES } from './cordon-cell.ts'
import { CordonStock } from './cordon-stock.ts'
import { DEFAULT_CORDON, type Isolation } from './isolation.ts'
import { MemoryWatch } from './memory-watch.ts'
import type { Place } from './place.ts'
import { Places, type IsWanted, type PlaceView } from './places.ts'
import { PressureWatch } from './pressure-watch.ts'
import { Residents } from './residents.ts'
import { unsacrificed } from './sacrifice.ts'
import { StartFailures } from './start-failures.ts'
import { StartPriority } from './start-priority.ts'
import { Resources } from '../resources/resources.ts'

/** Where no spare has its memory, whoever comes again waits for the whole start. */
const PRICE_WITHOUT_SPARE = 2

const NOT_SACRIFICED =
  'The kernel could not be told to end cells before this process: where memory runs out, it may end this process'

/** How long the thread of a place in a cell of a cordon takes to go. */
const THREAD_GONE_MS = 50

/** A cell of a cordon may hold what this many runs may, however few go on at once: its threads hold something as well. */
const LEAST_RUNS = 4

export interface CellsOptions {
  readonly isolation: Isolation
  /** How many runs go on at once. */
  readonly slots: number
  readonly maxCells: number
  readonly threadsPerCell: number
  readonly spareCells: number
  readonly spareMemoryMb: number
  /** How much memory idle cells that belong to somebody may hold in all, in MB; asked again and again. */
  readonly cellMemoryMb: () => number
  readonly maxRunsPerRealm: number
  readonly allow: readonly Allowable[]
  readonly logger: SandboxLogger | undefined
  readonly startCell: StartCell
  /** @default those of the machine, or of its container */
  readonly resources?: Pick<Resources, 'memory'>
  /** @default as low as it can be raised again */
  readonly startPriority?: Pick<StartPriority, 'begin' | 'isLow'>
  /** Whether runs go on. */
  readonly isBusy: () => boolean
  /** Called whenever a placement may come out differently. */
  readonly onChange: () => void
}

/** The cells that live, and among them the spares, started ahead of need. */
export class Cells {
  readonly places = new Places<Place>()
  readonly residents: Residents<Place>
  readonly #options: CellsOptions
  readonly #going = new Set<Promise<void>>()
  readonly #memoryWatch = new MemoryWatch()
  readonly #cordons: CordonStock
  readonly #failures: StartFailures
  readonly #startPriority: Pick<StartPriority, 'begin' | 'isLow'>
  readonly #processors = Resources.of().processors()
  readonly pressure: PressureWatch
  #closed = false
  #isSacrificeChecked = false

  constructor(options: CellsOptions) {
    this.#options = options
    this.residents = new Residents(this.places, options.cellMemoryMb)
    const { resources = Resources.of(), onChange, spareMemoryMb } = options
    this.#startPriority = options.startPriority ?? new StartPriority()
    this.#failures = new StartFailures(() => this.start({ memoryMb: spareMemoryMb, cordon: undefined }))
    this.pressure = new PressureWatch({
      resources,
      leastWanted: () => this.#leastWanted(),
      onRelief: onChange,
    })
    this.#cordons = new CordonStock({
      places: this.places,
      hasDefault: options.isolation === 'cordon',
      hasSpares: options.spareCells > 0,
      maxStarting: () => this.maxStarting,
      cellOptions: (memoryMb) => ({
        ...this.#cellOptions(memoryMb),
        threads: 1,
        maxRuns: Math.max(LEAST_RUNS, Math.min(MAX_PLACES, options.slots)),
      }),
      onEnd: (place) => this.#forget(place),
      onCell: (cell) => (cell.dead ? this.#mourn(cell) : this.#opened(cell)),
      onChange: options.onChange,
    })
  }

  /**
   * How many may be starting at once. A start is work for one processor: more of them would only wait for each other. Where
   * they cannot be told to give way to runs that go on, half of the processors are kept for those.
   */
  get maxStarting(): number {
    const { maxCells, isBusy } = this.#options
    const part = isBusy() && !this.#startPriority.isLow ? this.#processors / 2 : this.#processors
    return Math.max(1, Math.floor(Math.min(maxCells / 2, part)))
  }

  /** Set when no cell could be started several times in a row. */
  get failure(): IsolatedRuntimeError | undefined {
    return this.#failures.failure
  }

  /** Why cells cannot be started, as long as none has been since. */
  get problem(): string | undefined {
    return this.#failures.problem
  }

  /**
   * Notes that a place is about to be given a run of an owner, whose it is from then on.
   *
   * @returns whether it is the first of its memory that the owner has beside others
   */
  take(place: Place, owner: string): boolean {
    const now = performance.now()
    const isNew = place.owner === undefined
    const { memoryMb, cordon } = place
    const isOtherKind =
      isNew && this.places.hasOwner(owner) && !this.places.of({ owner, memoryMb, cordon }).some(() => true)
    if (isNew) this.places.assign(place, owner, now)
    this.residents.used(place, now, isNew)
    return isOtherKind
  }

  /** Starts a cell, or a thread in one of a cordon; what keeps the system from that is told by `failure`. */
  start({ memoryMb, cordon }: Pick<PlaceView, 'memoryMb' | 'cordon'>): void {
    try {
      if (cordon === undefined) this.#start(memoryMb)
      else this.places.add(this.#cordons.open(cordon, memoryMb))
    } catch (cause) {
      this.#failures.threw(cause)
      queueMicrotask(this.#options.onChange)
    }
  }

  #start(memoryMb: number): void {
    const cell = new Cell({ ...this.#cellOptions(memoryMb), onChange: () => this.#changed(cell) })
    this.places.add(cell)
  }

  #cellOptions(memoryMb: number): Omit<CellOptions, 'onChange'> {
    return {
      threads: this.#options.threadsPerCell,
      memoryMb,
      price: memoryMb === this.#options.spareMemoryMb ? 1 : PRICE_WITHOUT_SPARE,
      startCell: this.#options.startCell,
      memoryWatch: this.#memoryWatch,
      startPriority: this.#startPriority,
      maxRunsPerRealm: this.#options.maxRunsPerRealm,
      allow: this.#options.allow,
    }
  }

  /**
   * Starts what is missing of the spares, and ends those that are too many.
   *
   * @param newcomers how many owners wait for a cell. Where spares are wanted at all, each gets one, so that several are
   *   started at the same time
   * @param isWanted whether a run waits for such a spare
   */
  replenish(newcomers: number, isWanted: IsWanted): void {
    if (this.#closed || this.failure !== undefined) return
    const { isolation, maxCells, spareMemoryMb } = this.#options
    if (isolation === 'cordon' || this.#cordons.size > 0) {
      const missing = this.#cordons.missing(newcomers, spareMemoryMb, isWanted)
      for (const cordon of missing) this.start({ cordon, memoryMb: spareMemoryMb })
    }
    // Under `cordon`, whole cells are for suspects and for the few tenants that want more.
    const spareCells = isolation === 'cordon' ? 0 : this.#options.spareCells
    const most = spareCells === 0 || maxCells === 1 ? 0 : this.maxStarting
    // While memory is short, none is started ahead of need.
    const wanted = this.pressure.hasRoomForSpare ? Math.max(spareCells, Math.min(newcomers, most)) : 0
    const ready: Place[] = []
    let usual = 0
    let starting = 0
    for (const cell of this.places.spares) {
      if (!cell.open) starting++
      if (cell.cordon !== undefined) continue
      if (cell.memoryMb !== spareMemoryMb) {
        if (cell.open && !isWanted(cell)) cell.retire()
        continue
      }
      usual++
      if (cell.open) ready.push(cell)
    }
    const missing = Math.min(wanted - usual, this.maxStarting - starting)
    for (let count = 0; count < missing && this.failure === undefined; count++)
      this.start({ memoryMb: spareMemoryMb, cordon: undefined })
    // The last is left, also where no spares are wanted: it may have been started for `ready()`.
    const surplus = Math.max(0, usual - Math.max(wanted, 1))
    for (const cell of ready.slice(0, surplus)) cell.retire()
  }

  /** Starts a cell where none lives, as where no spares are wanted. */
  startIfNone(): void {
    if (this.places.size > 0) return
    const { isolation, spareMemoryMb } = this.#options
    this.start({ memoryMb: spareMemoryMb, cordon: isolation === 'cordon' ? DEFAULT_CORDON : undefined })
  }

  /** Forgets past failures, so that cells are started again. */
  retry(): void {
    this.#failures.forget()
  }

  /** Kills all; resolves when every process is gone. */
  async close(): Promise<void> {
    this.#closed = true
    this.pressure.close()
    this.#failures.close()
    this.residents.close()
    for (const cell of this.places.all()) cell.retire()
    await Promise.all(this.#going)
  }

  #changed(cell: Cell): void {
    if (cell.dead) this.#bury(cell)
    else if (cell.open) this.#opened(cell)
    this.#options.onChange()
  }

  #opened(cell: Cell): void {
    if (cell.isUnused) this.#failures.succeeded()
    else this.retry()
    if (this.#isSacrificeChecked) return
    // What keeps one cell from it keeps all.
    this.#isSacrificeChecked = true
    const failure = unsacrificed(cell.pid)
    if (failure !== undefined)
      this.#options.logger?.warn({ event: 'cell.oom-score-failed', ...failure }, NOT_SACRIFICED)
  }

  /** The idle place that is missed least: a spare first, for nobody has it. */
  #leastWanted(): { readonly gone: Promise<unknown>; retire(): void } | undefined {
    const place =
      this.places.spares.values().find(({ open }) => open) ??
      this.residents.least(this.places.idle(), performance.now())
    if (place === undefined) return undefined
    const gone = place instanceof Cell ? place.gone : setTimeout(THREAD_GONE_MS, undefined, { ref: false })
    return { gone, retire: () => place.retire() }
  }

  #bury(cell: Cell): void {
    if (this.#forget(cell)) this.#mourn(cell)
  }

  #forget(place: Place): boolean {
    if (!this.places.remove(place)) return false
    this.residents.ended(place)
    return true
  }

  /** Waits for the end of a cell that is dead, and tells of it if it was not meant to be. */
  #mourn(cell: Cell): void {
    this.#going.add(cell.gone)
    void cell.gone.then(() => this.#going.delete(cell.gone))
    if (!cell.died) return
    this.#options.logger?.warn(
      { event: 'cell.died', ...describe(cell) },
      'A cell died; its runs are attempted again or blamed',
    )
    if (!cell.wasReady) this.#failures.died(cell.lastWords)
  }
}

/** What the operator should know of a cell that died. */
function describe({ pid, owner, memoryMb, memory, lastWords }: Cell): object {
  return { pid, tenant: owner, memoryMb, grownMb: Math.round(memory.grownMb), lastWords }
}
