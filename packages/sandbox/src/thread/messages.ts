import type { Bundle, Call } from '@isolated-runtime/protocol'
import type { LiveMessage } from './live-message.ts'
import type { LibraryName } from '../realm/inside/boundary.ts'
import type { Allowable } from '../realm/permits.ts'

/** What a thread is started with. */
export interface ThreadData {
  /** See `realm/prelude.ts`. */
  readonly preludeText: string
  /** The text of each library for guests, in memory that all threads of the cell share. */
  readonly libraries: Readonly<Record<LibraryName, SharedArrayBuffer>>
  /** See `SandboxOptions`. */
  readonly maxRunsPerRealm: number
  /** See `SandboxOptions`. */
  readonly allow: readonly Allowable[]
}

/** What of a bundle reaches a cell and its threads: source maps do not. */
export type BundleContent = Pick<Bundle, 'files' | 'constantsJson'>

/**
 * A run as a thread gets it. The thread parses nothing of it: it comes from the cell that started the thread, and the
 * guest that might want to forge it does not run yet. What the thread answers is parsed by the executor.
 */
export interface ThreadTask {
  /** Between 1 and 2³¹ − 1. */
  readonly seq: number
  readonly bundle: string
  /** Sent only after a thread has answered {@link BUNDLE_MISSING}. */
  readonly content: BundleContent | undefined
  readonly call: Call
  /** Whether somebody listens to its log while it goes on. */
  readonly live: boolean | undefined
}

/** Said to a thread that has no run: it gives back the memory that it can do without. */
export const TRIM = 'trim'

/** The same where it is about to end: also what is hardly worth the time. */
export const TRIM_ALL = 'trim-all'

/** What a cell says to a thread. */
export type ToThread = ThreadTask | typeof TRIM | typeof TRIM_ALL

/** Answered instead of a report, as JSON, by a thread that does not have the bundle. */
export const BUNDLE_MISSING = 'null'

/** What a thread answers to a {@link ThreadTask}. */
export interface ThreadAnswer {
  /** A `ThreadReport` as JSON, or {@link BUNDLE_MISSING}. */
  readonly report: string
  /** CPU time of the thread from its last answer to this one, in milliseconds: what the run is charged. */
  readonly cpuMs: number
}

/** What a thread says to its cell, by the port that each {@link ThreadTask} comes by. */
export type FromThread =
  /** It has loaded its code; `board` is the memory of its `StatusBoard`, `cpuMs` the CPU time that it took to start. */
  | {
      readonly type: 'up'
      readonly threadId: number
      readonly board: SharedArrayBuffer
      readonly cpuMs: number
    }
  /** The run that goes on has said something; only where somebody listens. */
  | LiveMessage
  /** The last run is over. */
  | ({ readonly type: 'report' } & ThreadAnswer)
  /** It has done what {@link TRIM} asks for, in so much CPU time since its last answer. */
  | { readonly type: 'trimmed'; readonly cpuMs: number }
  /** The last run is over for a reason of the thread's own. */
  | { readonly type: 'failure'; readonly failure: string }
