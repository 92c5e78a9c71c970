import type { Allowable } from '../realm/permits.ts'
import type { StartCell } from './cell-process.ts'
import type { MemoryWatch } from './memory-watch.ts'

export interface CellOptions {
  readonly threads: number
  readonly memoryMb: number
  /** See `Retainable`. */
  readonly price: number
  readonly startCell: StartCell
  readonly memoryWatch: MemoryWatch
  readonly maxRunsPerRealm: number
  readonly allow: readonly Allowable[]
  /** Called whenever a placement may come out differently. */
  readonly onChange: () => void
}
