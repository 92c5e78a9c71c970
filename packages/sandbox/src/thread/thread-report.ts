import type { EncodedRunError, LogEntry } from '@isolated-runtime/protocol'

/** How a function settled. */
export type ThreadResult =
  | { readonly status: 'succeeded'; readonly valueJson?: string | undefined }
  | { readonly status: 'failed' | 'refused' | 'timed-out'; readonly error: EncodedRunError }

/** What a thread has done of a work, in its own words, which come as JSON. */
export interface ThreadReport {
  readonly result: ThreadResult | { readonly status: 'reported'; readonly reportsJson: string }
  readonly logs: LogEntry[]
  readonly logsDropped: number
  readonly compileMs: number
  readonly wallMs: number
}
