import type { EncodedOutcome, Unsuccessful } from '@isolated-runtime/protocol'
import { cancelled, chunkMsOf } from '@isolated-runtime/protocol/without-schemas'
import { BUNDLE_MISSING, type BundleContent, type ThreadTask } from '../thread/messages.ts'
import { monotonicMs } from '../thread/monotonic-ms.ts'
import { endedByItem, ofReports, withinCpu } from './chunk-outcome.ts'
import type { ToCell } from './frames.ts'
import { CpuWatch } from './cpu-watch.ts'
import type { OwnMemory } from './own-memory.ts'
import { OutsideWatch } from './outside-watch.ts'
import { cpuTimeExceeded, neverAtRest, ofDeath, ofReport, timedOut, tooMuchOutside } from './outcomes.ts'
import type { ThreadReport } from './thread-report.ts'
import type { Threads } from './threads.ts'
import type { ThreadStatus } from '../thread/status-board.ts'

/** How often a cell looks at what its threads are at. */
const LOOK_MS = 50

/**
 * How long a thread may go on after the function has settled, before it is thrown away. It is at rest at once where it is
 * let: the time is for machines that have more to do than they can.
 */
const REST_GRACE_MS = 250

/** How long the thread of a cancelled run may take to stop: who cancels wants it dead within a tenth of a second. */
const CANCEL_GRACE_MS = 70

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
  readonly content: BundleContent | undefined
  readonly givenAt: number
  timer: NodeJS.Timeout | undefined
}

/** The runs of a cell: gives each to a thread, keeps its time, settles it once. */
export class Runs {
  readonly #threads: Threads
  readonly #settle: (seq: number, outcome: EncodedOutcome) => void
  readonly #bundles = new Map<string, BundleContent>()
  readonly #runs = new Map<number, Run>()
  readonly #memory: OwnMemory
  readonly #cpu: CpuWatch
  readonly #outside: OutsideWatch
  #watch: NodeJS.Timeout | undefined

  /** @param memoryMb what each run may hold in the heap of its thread, and as much again outside of it */
  constructor(
    threads: Threads,
    memory: OwnMemory,
    memoryMb: number,
    settle: (seq: number, outcome: EncodedOutcome) => void,
  ) {
    this.#threads = threads
    this.#memory = memory
    this.#cpu = new CpuWatch(threads, (seq, usedMs) => this.#overCpu(seq, usedMs))
    this.#outside = new OutsideWatch(threads, memory, memoryMb, (seq, heldMb, allowedMb) => {
      const limitMb = this.#runs.get(seq)?.frame.limits.memoryMb ?? memoryMb
      this.#stop(seq, tooMuchOutside(limitMb, heldMb, allowedMb))
    })
    this.#settle = settle
  }

  keepBundle(id: string, { files, constantsJson }: BundleContent): void {
    this.#bundles.set(id, { files, constantsJson })
  }

  forgetBundle(id: string): void {
    this.#bundles.delete(id)
  }

  async start(frame: RunFrame): Promise<void> {
    const run: Run = {
      frame,
      content: this.#bundles.get(frame.bundle),
      givenAt: monotonicMs(),
      timer: undefined,
    }
    this.#runs.set(frame.seq, run)
    run.timer = setTimeout(() => this.#checkTime(run), frame.limits.timeoutMs)
    // Else the time limit comes first: a thread uses no more CPU time than time.
    if (frame.limits.cpuMs < frame.limits.timeoutMs) this.#cpu.add(frame.seq, frame.limits.cpuMs)
    this.#watch ??= setInterval(() => this.#look(), LOOK_MS)
    try {
      let answer = await this.#threads.run(taskOf(run, undefined))
      // Whichever thread takes it this time, the bundle comes along.
      if (answer === BUNDLE_MISSING) answer = await this.#threads.run(taskOf(run, run.content))
      this.#end(run, outcomeOf(run, answer))
    } catch (thrown) {
      this.#end(run, ofDeath(thrown, frame.limits.memoryMb))
    }
  }

  cancel(seq: number, reason: string): void {
    const run = this.#runs.get(seq)
    if (run === undefined) return
    this.#end(run, cancelled(reason))
    this.#threads.stop(run.frame.seq, CANCEL_GRACE_MS)
  }

  #checkTime(run: Run): void {
    const { seq, limits } = run.frame
    const now = monotonicMs()
    const status = this.#threads.statusOf(seq)
    const itemAt = status?.itemSettled?.at
    if (itemAt !== undefined && itemAt - (status?.startedAt ?? 0) <= limits.timeoutMs) {
      // The next item has all its time before it.
      run.timer = setTimeout(() => this.#checkTime(run), limits.timeoutMs)
      return
    }
    // It made it in time: its answer is on its way, or `#checkRest()` ends it.
    if (status?.settled !== undefined && status.settled.at - status.startedAt <= limits.timeoutMs) return
    // A run that waits for its thread has all its time before it.
    const wallMs = now - (status?.startedAt ?? now)
    if (wallMs < limits.timeoutMs) {
      run.timer = setTimeout(() => this.#checkTime(run), Math.ceil(limits.timeoutMs - wallMs))
      return
    }
    this.#endItem(run, status?.item, timedOut(limits.timeoutMs, wallMs))
  }

  #overCpu(seq: number, usedMs: number): void {
    const run = this.#runs.get(seq)
    if (run === undefined) return
    const { cpuMs } = run.frame.limits
    const status = this.#threads.statusOf(seq)
    // That is for the realm of the next item, or microtasks left behind, which `#checkRest()` ends.
    if (status?.itemSettled !== undefined) return this.#cpu.add(seq, cpuMs)
    // No thread uses more CPU time than time goes by: that was another item, and is told by its report.
    if (run.frame.items !== undefined && status !== undefined && monotonicMs() - status.startedAt < usedMs)
      this.#cpu.add(seq, cpuMs)
    else this.#endItem(run, status?.item, cpuTimeExceeded(cpuMs, usedMs))
  }

  /** Ends a run for what it does now; of a chunk that is the work of one item, and others keep what became of them. */
  #endItem(run: Run, item: number | undefined, failure: Unsuccessful): void {
    const { seq, items } = run.frame
    const isChunk = items !== undefined && item !== undefined
    this.#end(run, isChunk ? endedByItem(this.#threads.reportsOf(seq), item, failure) : failure)
    this.#threads.stop(run.frame.seq)
  }

  #stop(seq: number, outcome: EncodedOutcome): void {
    const run = this.#runs.get(seq)
    if (run === undefined) return
    this.#end(run, outcome)
    this.#threads.stop(seq)
  }

  #look(): void {
    this.#memory.check()
    this.#outside.look(this.#runs.keys())
    this.#checkRest()
    // Not as soon as there is none: where runs follow each other, a timer for each would cost more than the look.
    if (this.#runs.size > 0) return
    clearInterval(this.#watch)
    this.#watch = undefined
  }

  #checkRest(): void {
    const now = monotonicMs()
    for (const run of this.#runs.values()) {
      const { seq, limits } = run.frame
      const status = this.#threads.statusOf(seq)
      if (status === undefined) continue
      const restless = restlessPart(status)
      if (restless === undefined || now <= restless.at + REST_GRACE_MS) continue
      const report = this.#threads.reportOf(seq)
      // A result that only the thread has is worth all the time that the run has.
      const isLost = report === undefined && this.#threads.reportsOf(seq) === ''
      if (isLost && now <= status.startedAt + limits.timeoutMs) continue
      if (restless === status.itemSettled) this.#end(run, this.#afterItem(run, status.item))
      else this.#end(run, report === undefined ? this.#withoutReport(run) : outcomeOf(run, report))
      this.#threads.stop(seq)
    }
  }

  /** What is known when an item in a realm of its own has settled and does not come to rest. */
  #afterItem({ frame: { seq } }: Run, item: number): EncodedOutcome {
    const reports = this.#threads.reportsOf(seq)
    // The first had all the room there is. Another that found none is run again, as what was not come to.
    return reports === '' ? endedByItem('', item, neverAtRest()) : ofReports(reports, neverAtRest().usage)
  }

  #withoutReport({ frame: { seq, items } }: Run): EncodedOutcome {
    const lost = neverAtRest()
    const reports = items === undefined ? '' : this.#threads.reportsOf(seq)
    return reports === '' ? lost : ofReports(reports, lost.usage)
  }

  /** The first word on a run counts. */
  #end(run: Run, outcome: EncodedOutcome): void {
    if (!this.#runs.delete(run.frame.seq)) return
    clearTimeout(run.timer)
    this.#cpu.remove(run.frame.seq)
    // A thread that has reported is at its next run already.
    const startedAt = this.#threads.statusOf(run.frame.seq)?.startedAt ?? monotonicMs() - outcome.usage.wallMs
    const usage = { ...outcome.usage, bootMs: Math.max(0, startedAt - run.givenAt - outcome.usage.compileMs) }
    this.#settle(run.frame.seq, { ...outcome, usage })
  }
}

/** What has settled and is not at rest. A thread at rest is not busy: its answer is only not read yet. */
function restlessPart({ settled, itemSettled, atRest }: ThreadStatus): { readonly at: number } | undefined {
  if (itemSettled?.atRest === false) return itemSettled
  return atRest ? undefined : settled
}

function outcomeOf({ frame: { limits, items } }: Run, text: string): EncodedOutcome {
  // Taken as it is: whoever has taken the thread over gives itself away at the executor, which parses all of it.
  const report = JSON.parse(text) as ThreadReport
  // The watch hears nothing of a thread that is deep in one of the engine's own functions.
  const isOver = limits.cpuMs < limits.timeoutMs && report.cpuMs > limits.cpuMs
  if (isOver && items === undefined) return cpuTimeExceeded(limits.cpuMs, report.cpuMs)
  const outcome = ofReport(report)
  return isOver && outcome.status === 'succeeded' ? withinCpu(outcome, limits.cpuMs) : outcome
}

function taskOf({ frame }: Run, content: BundleContent | undefined): ThreadTask {
  const { seq, bundle, file, funcName, argsJson, items, contextJson, freezeContext, limits, realm } = frame
  const { live, progress } = frame
  const { maxResultBytes, maxLogBytes } = limits
  return {
    seq,
    bundle,
    content,
    file,
    funcName,
    argsJson,
    chunk: items && { items, chunkMs: chunkMsOf(frame), ownRealms: frame.ownRealms === true },
    contextJson,
    freezeContext,
    realm,
    maxResultBytes,
    maxLogBytes,
    live,
    progress,
  }
}
