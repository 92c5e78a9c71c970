import type { BundleFile } from '@isolated-runtime/protocol'

/**
 * A run as a thread gets it. The thread parses nothing of it: it comes from the cell that started the thread, which
 * parsed it a moment ago, and the guest that might want to forge it does not run yet. What the thread answers is
 * parsed by the cell, as `ThreadReport`.
 */
export interface ThreadTask {
  readonly seq: number
  readonly bundle: string
  /** Sent only after a thread has said `'bundle-missing'`. */
  readonly files: Readonly<Record<string, BundleFile>> | undefined
  readonly file: string
  readonly funcName: string
  readonly argsJson: string
  readonly contextJson: string | undefined
  readonly maxResultBytes: number
  readonly maxLogBytes: number
  /** See `run-clock.ts`. */
  readonly clock: SharedArrayBuffer
}

/** How a task ended: the thread is free again. */
export type ThreadRest = 'at-rest' | 'bundle-missing'
