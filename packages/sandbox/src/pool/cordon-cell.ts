import type { LiveListener } from '../live/live-listener.ts'
import type { SandboxRun } from './sandbox-run.ts'
import type { AttemptVerdict } from './blame.ts'
import { Cell } from './cell.ts'
import type { CellOptions } from './cell-options.ts'
import type { Place } from './place.ts'

/**
 * How many threads a cell of a cordon has at most. All their runs end when V8 aborts, and its main thread keeps the time of
 * all; with fewer, each carries more of what a process is.
 */
export const MAX_PLACES = 16

export interface CordonCellOptions extends Omit<CellOptions, 'onPlaceUp'> {
  readonly cordon: string
  /** Called when a place is over, by itself or with its cell. */
  readonly onEnd: (place: CordonPlace) => void
}

/** A cell whose threads belong to tenants of one cordon, each thread to one of them until it ends. */
export class CordonCell {
  readonly cordon: string
  readonly cell: Cell
  readonly #places = new Map<number, CordonPlace>()
  readonly #options: CordonCellOptions
  #opened = 0

  constructor(options: CordonCellOptions) {
    this.#options = options
    this.cordon = options.cordon
    this.cell = new Cell({
      ...options,
      onPlaceUp: (number) => this.#up(number),
      onChange: () => this.#changed(),
    })
  }

  get count(): number {
    return this.#places.size
  }

  /** Whether any of its threads belongs to somebody. */
  get hasOwners(): boolean {
    return this.#places.values().some(({ owner }) => owner !== undefined)
  }

  get hasRoom(): boolean {
    const { dead, draining } = this.cell
    return !dead && !draining && this.#places.size < MAX_PLACES
  }

  /** Starts a thread. The first is that which the cell starts with. */
  open(): CordonPlace {
    const number = this.#opened++
    const place = new CordonPlace(this, number, this.#options.price, () => this.#end(place))
    this.#places.set(number, place)
    if (number > 0) this.cell.setPlace(number, 'open')
    return place
  }

  #up(number: number): void {
    this.#places.get(number)?.up()
    this.#options.onChange()
  }

  #end(place: CordonPlace): void {
    if (!this.#places.delete(place.number)) return
    this.#options.onEnd(place)
    if (this.#places.size === 0) this.cell.retire()
    else this.cell.setPlace(place.number, 'close')
    this.#options.onChange()
  }

  #changed(): void {
    if (this.cell.open) this.#places.get(0)?.up()
    if (this.cell.dead) {
      for (const place of this.#places.values()) {
        place.end()
        this.#options.onEnd(place)
      }
      this.#places.clear()
    }
    this.#options.onChange()
  }
}

/**
 * One thread of such a cell.
 *
 * ```
 * starting ──> open ──> draining ──> dead
 *     └──────────┴───────────────────^
 * ```
 */
export class CordonPlace implements Place {
  readonly number: number
  readonly price: number
  readonly slots = 1
  owner: string | undefined
  ownedAt = 0
  usedAt = performance.now()
  inFlight = 0
  readonly #home: CordonCell
  readonly #onEnd: () => void
  #state: 'starting' | 'open' | 'draining' | 'dead' = 'starting'
  #runs = 0

  constructor(home: CordonCell, number: number, price: number, onEnd: () => void) {
    this.#home = home
    this.number = number
    this.price = price
    this.#onEnd = onEnd
  }

  get cordon(): string {
    return this.#home.cordon
  }

  get process(): Cell {
    return this.#home.cell
  }

  get startCpuMs(): number {
    return this.#home.cell.bill.threadStartMs
  }

  get memoryMb(): number {
    return this.#home.cell.memoryMb
  }

  get open(): boolean {
    return this.#state === 'open' && this.#home.cell.open
  }

  get draining(): boolean {
    return this.#state === 'draining'
  }

  get dead(): boolean {
    return this.#state === 'dead'
  }

  /** Its part of what its cell holds, as far as that can be told apart. */
  get heldMb(): number {
    return this.#home.cell.heldMb / Math.max(1, this.#home.count)
  }

  measure(): void {
    this.#home.cell.measure()
  }

  /** Its thread takes runs. */
  up(): void {
    if (this.#state === 'starting') this.#state = 'open'
  }

  async run(
    run: SandboxRun,
    signal: AbortSignal | undefined,
    listener: LiveListener | undefined,
  ): Promise<AttemptVerdict> {
    this.inFlight++
    this.usedAt = performance.now()
    const isFirst = this.#runs++ === 0
    const verdict = await this.#home.cell.run(run, signal, listener, { number: this.number, isFirst })
    this.inFlight--
    this.usedAt = performance.now()
    if (this.#state === 'draining') this.retire()
    return verdict
  }

  drain(): void {
    if (this.#state === 'dead') return
    this.#state = 'draining'
    if (this.inFlight === 0) this.retire()
  }

  retire(): void {
    if (this.#state === 'dead') return
    this.end()
    this.#onEnd()
  }

  /** Notes that it is over. */
  end(): void {
    this.#state = 'dead'
  }
}
