import type { OutcomeFrame } from './from-cell.ts'
import type { SavedLogs } from './saved-logs.ts'

/** What `Runs` tells of the runs of a cell. */
export interface RunsParts {
  readonly saved: Pick<SavedLogs, 'tell' | 'forget'>
  /** Called once for each run. */
  readonly settle: (end: Omit<OutcomeFrame, 'type'>) => void
}
