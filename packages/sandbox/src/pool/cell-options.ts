import type { Allowable } from '../realm/permits.ts'
import type { StartCell } from './cell-process.ts'
import type { MemoryWatch } from './memory-watch.ts'
import type { StartPriority } from './start-priority.ts'

export interface CellOptions {
  /** How many it starts with. */
  readonly threads: number
  /** How many runs it may have at once. @default as many as `threads` */
  readonly maxRuns?: number
  readonly memoryMb: number
  /** See `Retainable`. */
  readonly price: number
  readonly startCell: StartCell
  readonly memoryWatch: MemoryWatch
  readonly startPriority: Pick<StartPriority, 'begin'>
  readonly maxRunsPerRealm: number
  readonly allow: readonly Allowable[]
  /** Called when the threads of a further place take runs. */
  readonly onPlaceUp?: (number: number) => void
  /** Called whenever a placement may come out differently. */
  readonly onChange: () => void
}
