import type { Call, EncodedOutcome, LogEntry, SingleCall, Work, WorkResult } from '@isolated-runtime/protocol'
import type { BatchTiming, WaitingRuns } from './coalesce/similar-runs.ts'

/** A run that has all it needs to be sent: its code is found, its values are JSON. Each transport adds what it needs. */
export interface ReadyRun {
  readonly call: Call
}

/** The same of a single call. */
export type ReadyCall<Ready extends ReadyRun = ReadyRun> = Ready & { readonly call: SingleCall }

export interface PrepareOptions {
  /** Whether the caller waits for the outcome. */
  readonly isAwaited: boolean
  /** When the call is to be over, by `performance.now()`. @default no bound */
  readonly deadlineAt?: number | undefined
}

export interface SendOptions {
  /** Cancels the run. */
  readonly signal?: AbortSignal | undefined
  /** Called with each line of the log as it is written. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined
  /** Called with each value that the guest reports. */
  readonly onProgress?: ((value: unknown) => void) | undefined
}

/** A run that was sent. */
export interface SentRun {
  /** Settles at the latest a moment after the signal was aborted. Rejects with platform trouble. */
  readonly outcome: Promise<WorkResult>
}

/** Which runs are sent in batches, and when. */
export interface Batching<Ready extends ReadyRun> {
  /** What the runs of one batch have in common; `undefined` for a run that is always sent by itself. */
  readonly keyOf: (run: ReadyCall<Ready>) => string | undefined
  readonly timingOf: (waiting: WaitingRuns) => BatchTiming
}

/**
 * Carries calls to where guests run, and their results back. `Runtime` is all that callers see of it; what differs from
 * one transport to the other is here.
 */
export interface Transport<Parsed, Ready extends ReadyRun = ReadyRun, Sent extends SentRun = SentRun> {
  /** What callers call it in messages, as in "The client is closed". */
  readonly name: string
  /** @default each run is sent by itself */
  readonly batching?: Batching<Ready> | undefined
  /** Finds the code of a request and encodes its values. @throws what is wrong with the request */
  prepare(request: Parsed, options: PrepareOptions): Promise<ReadyCall<Ready>>
  /** Sends a run; resolves when it is on its way. */
  send(run: Ready, options: SendOptions): Promise<Sent>
  /** The same for several runs: all are on their way, or none. */
  sendMany(runs: readonly (SendOptions & { readonly run: Ready })[]): Promise<Sent[]>
  /** Sends a batch of a map, when there is room for it. */
  sendOfMap(run: Ready, signal: AbortSignal): Promise<WorkResult>
  /** A run of the same call, for the items of a batch in place of the arguments of `runs`. */
  batchOf(runs: readonly [Ready, ...Ready[]], work: Extract<Work, { kind: 'batch' }>): Ready
  /** The run of a request that was ended before it was ready to be sent. */
  ended(request: Parsed, outcome: EncodedOutcome): Sent
  close(): Promise<void>
}
