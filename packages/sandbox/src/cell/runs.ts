import { parseJson, type BundleFile, type EncodedOutcome } from '@isolated-runtime/protocol'
import { BUNDLE_MISSING, type ThreadTask } from '../thread/messages.ts'
import { monotonicMs } from '../thread/monotonic-ms.ts'
import type { ToCell } from './frames.ts'
import { cancelled, neverAtRest, ofDeath, ofReport, timedOut } from './outcomes.ts'
import { threadReportSchema } from './thread-report.ts'
import type { Threads } from './threads.ts'

/** How long a thread may go on after the function has settled, before it is thrown away. */
const REST_GRACE_MS = 50

type RunFrame = Extract<ToCell, { type: 'run' }>

/**
 * ```
 * dispatched ──> running ──┬─> settled, thread at rest ────────────────────> over, as reported
 *                          ├─> settled, but no rest within the grace ──────> over, as reported; thread stopped
 *                          └─> timed out, cancelled, thread died ──────────> over; thread stopped
 * ```
 *
 * A run is over only when its thread is at rest: until then, what the guest left in the microtask queue could still
 * kill the cell, and this run has to be among the suspects.
 */
interface Run {
  readonly frame: RunFrame
  readonly files: ThreadTask['files']
  readonly abort: AbortController
  timer: NodeJS.Timeout | undefined
}

/** The runs of a cell: gives each to a thread, keeps its time, settles it once. */
export class Runs {
  readonly #threads: Threads
  readonly #settle: (seq: number, outcome: EncodedOutcome) => void
  readonly #bundles = new Map<string, Readonly<Record<string, BundleFile>>>()
  readonly #runs = new Map<number, Run>()
  #watch: NodeJS.Timeout | undefined

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
      abort: new AbortController(),
      timer: undefined,
    }
    this.#runs.set(frame.seq, run)
    run.timer = setTimeout(() => this.#checkTime(run), frame.limits.timeoutMs)
    this.#watch ??= setInterval(() => this.#checkRest(), REST_GRACE_MS)
    try {
      let answer = await this.#threads.run(taskOf(run, undefined), run.abort.signal)
      // Whichever thread takes it this time, the bundle comes along.
      if (answer === BUNDLE_MISSING)
        answer = await this.#threads.run(taskOf(run, run.files), run.abort.signal)
      this.#end(run, outcomeOf(answer))
    } catch (thrown) {
      this.#end(run, ofDeath(thrown, frame.limits.memoryMb))
    }
  }

  cancel(seq: number, reason: string): void {
    const run = this.#runs.get(seq)
    if (run === undefined) return
    this.#end(run, cancelled(reason))
    this.#stop(run)
  }

  #checkTime(run: Run): void {
    const { seq, limits } = run.frame
    const now = monotonicMs()
    // A run that waits for its thread has all its time before it.
    const wallMs = now - (this.#threads.statusOf(seq)?.startedAt ?? now)
    if (wallMs < limits.timeoutMs) {
      run.timer = setTimeout(() => this.#checkTime(run), Math.ceil(limits.timeoutMs - wallMs))
      return
    }
    this.#end(run, timedOut(limits.timeoutMs, wallMs))
    this.#stop(run)
  }

  #checkRest(): void {
    const latest = monotonicMs() - REST_GRACE_MS
    for (const run of this.#runs.values()) {
      const settled = this.#threads.statusOf(run.frame.seq)?.settled
      if (settled === undefined || settled.at > latest) continue
      this.#end(run, settled.report === undefined ? neverAtRest() : outcomeOf(settled.report))
      this.#stop(run)
    }
  }

  #stop({ frame, abort }: Run): void {
    this.#threads.stop(frame.seq, () => abort.abort())
  }

  /** The first word on a run counts. */
  #end(run: Run, outcome: EncodedOutcome): void {
    if (!this.#runs.delete(run.frame.seq)) return
    clearTimeout(run.timer)
    if (this.#runs.size === 0) {
      clearInterval(this.#watch)
      this.#watch = undefined
    }
    this.#settle(run.frame.seq, outcome)
  }
}

function outcomeOf(report: string): EncodedOutcome {
  return ofReport(parseJson(threadReportSchema, report, 'thread report', 'INVALID_MESSAGE'))
}

function taskOf({ frame }: Run, files: ThreadTask['files']): ThreadTask {
  const { seq, bundle, file, funcName, argsJson, contextJson, limits, realm } = frame
  const { maxResultBytes, maxLogBytes } = limits
  return {
    seq,
    bundle,
    files,
    file,
    funcName,
    argsJson,
    contextJson,
    realm,
    maxResultBytes,
    maxLogBytes,
  }
}
