import type { Allowable } from '../realm/permits.ts'

/** What a cell is told when it is started, as the one argument of its command line, in JSON. */
export interface CellSettings {
  readonly threads: number
  readonly memoryMb: number
  /** How much more memory than at the start the process may hold. */
  readonly growthMb: number
  readonly maxRunsPerRealm: number
  readonly allow: readonly Allowable[]
  /** How long it has no runs before it gives memory back, in milliseconds. */
  readonly trimAfterMs: number
  /** The file that threads run. */
  readonly threadFile: string
  /** The folder of the libraries for guests. */
  readonly libraryFolder: string
}
