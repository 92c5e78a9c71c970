import type { OutcomeFrame } from './from-cell.ts'
import type { IdleTrim } from './idle-trim.ts'
import type { SavedLogs } from './saved-logs.ts'

/** What `Runs` tells of the runs of a cell. */
export interface RunsParts {
  /** Hears when there are none any more, and when there are again. */
  readonly idle: Pick<IdleTrim, 'begin' | 'end'>
  readonly saved: Pick<SavedLogs, 'tell' | 'forget'>
  /** Called once for each run. */
  readonly settle: (end: Omit<OutcomeFrame, 'type'>) => void
}
