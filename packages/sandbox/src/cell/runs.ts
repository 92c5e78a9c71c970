import type { BundleFile, EncodedOutcome } from '@isolated-runtime/protocol'
import type { ThreadTask } from '../thread/messages.ts'
import { RunClock, monotonicMs } from '../thread/run-clock.ts'
import type { ToCell } from './frames.ts'
import { cancelled, ofDeath, ofReport, timedOut } from './outcomes.ts'
import type { ThreadReport } from './thread-report.ts'
import type { Threads } from './threads.ts'

/** How long a thread may go on after the function has settled, before it is thrown away. */
const REST_GRACE_MS = 50

type RunFrame = Extract<ToCell, { type: 'run' }>

/**
 * ```
 * dispatched ──> running ──┬─> reported and at rest ──────────────────────> settled
 *                          ├─> reported, but not at rest within the grace ─> settled, thread stopped
 *                          └─> timed out, cancelled, thread died ──────────> settled, thread stopped
 * ```
 *
 * A report is held back until the thread is at rest: what the guest left in the microtask queue could still kill the
 * cell, and then this run has to be among the suspects.
 */
interface Run {
  readonly frame: RunFrame
  readonly files: ThreadTask['files']
  readonly clock: RunClock
  readonly abort: AbortController
  timer: NodeJS.Timeout | undefined
  report: ThreadReport | undefined
  atRest: boolean
  settled: boolean
}

/** The runs of a cell: gives each to a thread, keeps its time, settles it once. */
export class Runs {
  readonly #threads: Threads
  readonly #settle: (seq: number, outcome: EncodedOutcome) => void
  readonly #bundles = new Map<string, Readonly<Record<string, BundleFile>>>()
  readonly #runs = new Map<number, Run>()

  constructor(threads: Threads, settle: (seq: number, outcome: EncodedOutcome) => void) {
    this.#threads = threads
    this.#settle = settle
  }

  keepBundle(id: string, files: Readonly<Record<string, BundleFile>>): void {
    this.#bundles.set(id, files)
  }

  forgetBundle(id: string): void {
    this.#bundles.delete(id)
  }

  async start(frame: RunFrame): Promise<void> {
    const run: Run = {
      frame,
      files: this.#bundles.get(frame.bundle),
      clock: new RunClock(),
      abort: new AbortController(),
      timer: undefined,
      report: undefined,
      atRest: false,
      settled: false,
    }
    this.#runs.set(frame.seq, run)
    run.timer = setTimeout(() => this.#checkTime(run), frame.limits.timeoutMs)
    try {
      const rest = await this.#threads.run(taskOf(run, undefined), run.abort.signal)
      // Whichever thread takes it this time, the bundle comes along.
      if (rest === 'bundle-missing') await this.#threads.run(taskOf(run, run.files), run.abort.signal)
      run.atRest = true
      if (run.report !== undefined) this.#settleRun(run, ofReport(run.report))
    } catch (thrown) {
      this.#settleRun(run, run.report ? ofReport(run.report) : ofDeath(thrown, frame.limits.memoryMb))
    }
  }

  cancel(seq: number, reason: string): void {
    const run = this.#runs.get(seq)
    if (run === undefined) return
    this.#settleRun(run, cancelled(reason))
    this.#stop(run)
  }

  /** The thread's own word of how the function settled; by another port than its rest, so before or after that. */
  report(report: ThreadReport, threadId: number): void {
    const run = this.#runs.get(report.seq)
    // A thread speaks for the run it was given, and for no other.
    if (run === undefined || run.clock.threadId !== threadId) return
    run.report = report
    if (run.atRest) return this.#settleRun(run, ofReport(report))
    clearTimeout(run.timer)
    run.timer = setTimeout(() => {
      this.#settleRun(run, ofReport(report))
      this.#stop(run)
    }, REST_GRACE_MS)
  }

  #checkTime(run: Run): void {
    const { timeoutMs } = run.frame.limits
    const now = monotonicMs()
    // A run that waits for its thread has all its time before it.
    const wallMs = now - (run.clock.startedAt ?? now)
    if (wallMs < timeoutMs) {
      run.timer = setTimeout(() => this.#checkTime(run), Math.ceil(timeoutMs - wallMs))
      return
    }
    this.#settleRun(run, timedOut(timeoutMs, wallMs))
    this.#stop(run)
  }

  #stop(run: Run): void {
    this.#threads.stop(run.clock.threadId, () => run.abort.abort())
  }

  #settleRun(run: Run, outcome: EncodedOutcome): void {
    if (run.settled) return
    run.settled = true
    clearTimeout(run.timer)
    this.#runs.delete(run.frame.seq)
    this.#settle(run.frame.seq, outcome)
  }
}

function taskOf({ frame, clock }: Run, files: ThreadTask['files']): ThreadTask {
  const { seq, bundle, file, funcName, argsJson, contextJson, limits } = frame
  const { maxResultBytes, maxLogBytes } = limits
  return {
    seq,
    bundle,
    files,
    file,
    funcName,
    argsJson,
    contextJson,
    maxResultBytes,
    maxLogBytes,
    clock: clock.buffer,
  }
}
