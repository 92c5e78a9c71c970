import type { EncodedRunError, LogEntry } from '@isolated-runtime/protocol'

/** How a function settled, in the words of its thread, which come as JSON. */
export interface ThreadReport {
  readonly result:
    | { readonly status: 'succeeded'; readonly valueJson?: string | undefined }
    | { readonly status: 'failed' | 'refused' | 'timed-out'; readonly error: EncodedRunError }
  readonly logs: LogEntry[]
  readonly logsDropped: number
  readonly compileMs: number
  readonly wallMs: number
}
