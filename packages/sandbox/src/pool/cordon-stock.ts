import type { Cell } from './cell.ts'
import type { CellOptions } from './cell-options.ts'
import { CordonCell, type CordonPlace } from './cordon-cell.ts'
import { DEFAULT_CORDON } from './isolation.ts'
import type { Place } from './place.ts'
import type { IsWanted, Places } from './places.ts'

/** How many threads stand ready in each cordon. A start takes some tens of milliseconds, and newcomers come in groups. */
const SPARE_PLACES = 4

export interface CordonStockOptions {
  readonly places: Places<Place>
  /** Whether the default cordon is kept ready from the start. */
  readonly hasDefault: boolean
  /** Whether threads stand ready at all. */
  readonly hasSpares: boolean
  readonly maxStarting: () => number
  readonly cellOptions: (memoryMb: number) => Omit<CellOptions, 'onChange'>
  /** Called when a place is over. */
  readonly onEnd: (place: CordonPlace) => void
  /** Called when a cell is up, or over. */
  readonly onCell: (cell: Cell) => void
  /** Called whenever a placement may come out differently. */
  readonly onChange: () => void
}

/** The cells of cordons, and the threads in them that belong to nobody yet. */
export class CordonStock {
  readonly #options: CordonStockOptions
  readonly #cells = new Set<CordonCell>()

  constructor(options: CordonStockOptions) {
    this.#options = options
  }

  /** How many cells there are. */
  get size(): number {
    return this.#cells.size
  }

  /** Starts a thread in the fullest cell of a cordon that has room, or in a new one. */
  open(cordon: string, memoryMb: number): CordonPlace {
    let fullest: CordonCell | undefined
    for (const cell of this.#cells) {
      const fits = cell.cordon === cordon && cell.cell.memoryMb === memoryMb && cell.hasRoom
      if (fits && (fullest === undefined || cell.count > fullest.count)) fullest = cell
    }
    return (fullest ?? this.#start(cordon, memoryMb)).open()
  }

  /** The cordons, each as often as one more thread should be started in it; ends what no cordon needs any more. */
  missing(newcomers: number, memoryMb: number, isWanted: IsWanted): string[] {
    const { places, hasDefault, hasSpares, maxStarting } = this.#options
    if (!hasSpares) return []
    const spares = new Map<string, number>(hasDefault ? [[DEFAULT_CORDON, 0]] : [])
    let starting = 0
    for (const { cordon, hasOwners } of this.#cells) if (hasOwners) spares.set(cordon, 0)
    for (const place of places.spares) {
      if (place.cordon === undefined) continue
      if (!place.open) starting++
      const count = place.memoryMb === memoryMb ? spares.get(place.cordon) : undefined
      if (count !== undefined) spares.set(place.cordon, count + 1)
      else if (place.open && !isWanted(place)) place.retire()
    }
    const missing: string[] = []
    const most = maxStarting()
    for (const [cordon, count] of spares) {
      const wanted = Math.max(SPARE_PLACES, newcomers)
      for (let at = count; at < wanted && starting < most; at++, starting++) missing.push(cordon)
    }
    return missing
  }

  #start(cordon: string, memoryMb: number): CordonCell {
    const { cellOptions, onEnd, onCell, onChange } = this.#options
    const cell = new CordonCell({
      ...cellOptions(memoryMb),
      cordon,
      onEnd,
      onChange: () => {
        if (cell.cell.dead ? this.#cells.delete(cell) : cell.cell.open) onCell(cell.cell)
        onChange()
      },
    })
    this.#cells.add(cell)
    return cell
  }
}
