import type { Unsuccessful, WorkResult } from '@isolated-runtime/protocol'
import { cancelled } from '@isolated-runtime/protocol/results'
import { BUNDLE_MISSING, type BundleContent, type ThreadAnswer } from '../thread/messages.ts'
import { monotonicMs } from '../thread/monotonic-ms.ts'
import { cpuComesFirst } from '../thread/over-cpu.ts'
import { endedByItem, ofReports } from './batch-result.ts'
import { CpuWatch } from './cpu-watch.ts'
import type { ToCell } from './frames.ts'
import type { OwnMemory } from './own-memory.ts'
import { OutsideWatch } from './outside-watch.ts'
import { cpuTimeExceeded, neverAtRest, ofDeath, ofReport, timedOut, tooMuchOutside } from './outcomes.ts'
import type { OutcomeFrame } from './from-cell.ts'
import type { RunsParts } from './runs-parts.ts'
import { ThreadEnd } from './thread.ts'
import type { Places } from './places.ts'
import type { ThreadStatus } from '../thread/status-board.ts'
import { LEAST_REST_GRACE_MS, restDueAt, restlessPart } from './restless.ts'
import { isStarvedNow, MAX_STARVED_MS, STARVED_STEP_MS } from './starvation.ts'
import { usageOf, withUsage, type StoppedUsage } from './stopped-usage.ts'
import { withLogs } from './with-logs.ts'

/** How often a cell looks at what its threads are at. */
const LOOK_MS = 50

/** How long the thread of a cancelled run may take to stop: who cancels wants it dead within a tenth of a second. */
const CANCEL_GRACE_MS = 70

type RunFrame = Extract<ToCell, { type: 'run' }>

/**
 * ```
 * dispatched ──> running ──┬─> settled, thread at rest ───────────> over, as reported
 *                          ├─> settled, but no rest in time ──┐
 *                          ├─> timed out, cancelled ──────────┴─> stopping ──> over, when the thread is gone
 *                          └─> thread died ─────────────────────> over
 * ```
 *
 * A run is over only when its thread is at rest or gone: until then, what the guest left in the microtask queue could
 * still kill the cell, and this run has to be among the suspects; and until then it costs CPU time.
 */
interface Run {
  readonly frame: RunFrame
  readonly content: BundleContent | undefined
  readonly givenAt: number
  timer: NodeJS.Timeout | undefined
  /** How long it went on beyond its time limit because there was no processor for it. */
  starvedMs: number
  /** Set when its thread is told to stop. */
  stopping: Stopping | undefined
}

interface Stopping {
  readonly outcome: WorkResult
  readonly usage: StoppedUsage
}

/** The runs of a cell: gives each to a thread, keeps its time, settles it once. */
export class Runs {
  readonly #threads: Places
  readonly #settle: RunsParts['settle']
  readonly #bundles = new Map<string, BundleContent>()
  readonly #runs = new Map<number, Run>()
  readonly #memory: OwnMemory
  readonly #cpu: CpuWatch
  readonly #outside: OutsideWatch
  readonly #saved: RunsParts['saved']
  #watch: NodeJS.Timeout | undefined

  /** @param memoryMb what each run may hold in the heap of its thread, and as much again outside of it */
  constructor(threads: Places, memory: OwnMemory, memoryMb: number, { settle, saved }: RunsParts) {
    this.#threads = threads
    this.#memory = memory
    this.#cpu = new CpuWatch(threads, (seq, usedMs) => this.#overCpu(seq, usedMs))
    this.#outside = new OutsideWatch(threads, memory, memoryMb, (seq, heldMb, allowedMb) => {
      const run = this.#runs.get(seq)
      if (run === undefined) return
      const outcome = tooMuchOutside(run.frame.call.limits.memoryMb, heldMb, allowedMb)
      this.#stop(run, withLogs(outcome, this.#threads.logsOf(seq)))
    })
    this.#settle = settle
    this.#saved = saved
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
      starvedMs: 0,
      stopping: undefined,
    }
    this.#runs.set(frame.seq, run)
    run.timer = setTimeout(() => this.#checkTime(run), frame.call.limits.timeoutMs)
    if (cpuComesFirst(frame.call.limits)) this.#cpu.add(frame.seq, frame.call.limits.cpuMs)
    this.#watch ??= setInterval(() => this.#look(), LOOK_MS)
    try {
      const { seq, place, bundle, call, live } = frame
      const task = { seq, bundle, call, live, content: undefined }
      let answer = await this.#threads.run(place, task)
      // Whichever thread takes it this time, the bundle comes along.
      if (answer.report === BUNDLE_MISSING)
        answer = await this.#threads.run(place, { ...task, content: run.content })
      this.#endAnswered(run, answer)
    } catch (thrown) {
      this.#endGone(run, thrown)
    }
  }

  cancel(seq: number, reason: string): void {
    const run = this.#runs.get(seq)
    if (run !== undefined)
      this.#stop(run, withLogs(cancelled(reason), this.#threads.logsOf(seq)), CANCEL_GRACE_MS)
  }

  #checkTime(run: Run): void {
    const { seq, call } = run.frame
    const { limits } = call
    const now = monotonicMs()
    const status = this.#threads.statusOf(seq)
    const itemAt = status?.itemSettled?.at
    if (itemAt !== undefined && itemAt - (status?.startedAt ?? 0) <= limits.timeoutMs) {
      // The next item has all its time before it.
      run.timer = setTimeout(() => this.#checkTime(run), limits.timeoutMs)
      return
    }
    if (status?.settled !== undefined && status.settled.at - status.startedAt <= limits.timeoutMs) {
      // It made it in time: its answer is on its way, or it has to come to rest now.
      run.timer = setTimeout(() => this.#checkRest(), LEAST_REST_GRACE_MS)
      return
    }
    // A run that waits for its thread has all its time before it.
    const wallMs = now - (status?.startedAt ?? now)
    if (wallMs < limits.timeoutMs) {
      run.timer = setTimeout(() => this.#checkTime(run), Math.ceil(limits.timeoutMs - wallMs))
      return
    }
    if (status === undefined || run.starvedMs >= MAX_STARVED_MS) this.#timeOut(run, status?.item, wallMs)
    else void this.#timeOutUnlessStarved(run, status, wallMs)
  }

  /** Waiting for a processor is not the guest's: a run that had hardly one gets more time. */
  async #timeOutUnlessStarved(run: Run, status: ThreadStatus, wallMs: number): Promise<void> {
    const { timeoutMs } = run.frame.call.limits
    const isStarved = await isStarvedNow(this.#threads, status, { wallMs, timeoutMs })
    if (this.#runs.get(status.seq) !== run || run.stopping !== undefined) return
    // It has got on meanwhile.
    const now = this.#threads.statusOf(status.seq)
    if (now?.item !== status.item || now.settled !== undefined || now.itemSettled !== undefined)
      return this.#checkTime(run)
    if (!isStarved) return this.#timeOut(run, status.item, monotonicMs() - now.startedAt)
    run.starvedMs += STARVED_STEP_MS
    run.timer = setTimeout(() => this.#checkTime(run), STARVED_STEP_MS)
  }

  #timeOut(run: Run, item: number | undefined, wallMs: number): void {
    this.#stopItem(run, item, timedOut(run.frame.call.limits.timeoutMs, wallMs))
  }

  #overCpu(seq: number, usedMs: number): void {
    const run = this.#runs.get(seq)
    if (run === undefined) return
    const { cpuMs } = run.frame.call.limits
    const status = this.#threads.statusOf(seq)
    // That is for the realm of the next item, or microtasks left behind, which `#checkRest()` ends.
    if (status?.itemSettled !== undefined || status?.settled !== undefined) return this.#cpu.add(seq, cpuMs)
    // No thread uses more CPU time than time goes by: that was another item, and is told by its report.
    if (
      run.frame.call.work.kind === 'batch' &&
      status !== undefined &&
      monotonicMs() - status.startedAt < usedMs
    )
      this.#cpu.add(seq, cpuMs)
    else this.#stopItem(run, status?.item, cpuTimeExceeded(cpuMs, usedMs))
  }

  /** Stops a run for what it does now; of a batch that is the work of one item, and others keep what became of them. */
  #stopItem(run: Run, item: number | undefined, failure: Unsuccessful): void {
    const { seq, call } = run.frame
    const isBatch = call.work.kind === 'batch' && item !== undefined
    const told = withLogs(failure, this.#threads.logsOf(seq))
    this.#stop(run, isBatch ? endedByItem(this.#threads.reportsOf(seq), item, told) : told)
  }

  #look(): void {
    this.#saved.tell(
      this.#runs
        .values()
        .filter(({ frame }) => frame.call.work.kind === 'call')
        .map(({ frame }) => frame.seq),
    )
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
      const { seq, call } = run.frame
      const status = this.#threads.statusOf(seq)
      if (status === undefined) continue
      const restless = restlessPart(status)
      if (restless === undefined || now <= restDueAt(restless.at, status, call.limits)) continue
      const report = this.#threads.reportOf(seq)
      // A result that only the thread has is worth all the time that the run has.
      const isLost = report === undefined && this.#threads.reportsOf(seq) === ''
      if (isLost && now <= status.startedAt + call.limits.timeoutMs) continue
      if (restless === status.itemSettled) this.#stop(run, this.#afterItem(run, status.item))
      else this.#stop(run, report === undefined ? this.#withoutReport(run) : ofReport(report, 0))
    }
  }

  /** What is known when an item in a realm of its own has settled and does not come to rest. */
  #afterItem({ frame: { seq } }: Run, item: number): WorkResult {
    const reports = this.#threads.reportsOf(seq)
    // The first had all the room there is. Another that found none is run again, as what was not come to.
    const lost = withLogs(neverAtRest(), this.#threads.logsOf(seq))
    return reports === '' ? endedByItem('', item, lost) : ofReports(reports)
  }

  #withoutReport({ frame: { seq, call } }: Run): WorkResult {
    const reports = call.work.kind === 'call' ? '' : this.#threads.reportsOf(seq)
    return reports === '' ? withLogs(neverAtRest(), this.#threads.logsOf(seq)) : ofReports(reports)
  }

  /** Stops the thread of a run, whose outcome this is: the first word on a run counts. It is over when the thread is gone. */
  #stop(run: Run, outcome: WorkResult, graceMs?: number): void {
    if (run.stopping !== undefined) return
    const { seq } = run.frame
    run.stopping = { outcome, usage: usageOf(this.#threads.statusOf(seq), this.#threads.idleMsOf(seq)) }
    this.#rest(run)
    this.#threads.stop(seq, () => this.#endStopped(run, false), graceMs)
  }

  /** The thread may have answered when it was told to stop; then it knows what it has used. */
  #endAnswered(run: Run, { report, cpuMs }: ThreadAnswer): void {
    const { stopping } = run
    if (stopping === undefined) this.#end(run, ofReport(report, cpuMs))
    else this.#end(run, withUsage(stopping.outcome, { ...stopping.usage, cpuMs }))
  }

  #endGone(run: Run, thrown: unknown): void {
    if (run.stopping === undefined && thrown instanceof ThreadEnd) {
      const death = ofDeath(thrown.cause, run.frame.call.limits.memoryMb)
      const status = thrown.board?.read()
      const wasTaken = status?.seq === run.frame.seq
      const outcome = wasTaken ? withLogs(death, thrown.board?.log.read()) : death
      run.stopping = { outcome, usage: usageOf(wasTaken ? status : undefined, 0) }
    }
    if (thrown instanceof ThreadEnd) this.#endStopped(run, true)
    else this.#end(run, run.stopping?.outcome ?? ofDeath(thrown, run.frame.call.limits.memoryMb))
  }

  #endStopped(run: Run, isGone: boolean): void {
    if (run.stopping === undefined) return
    const { outcome, usage } = run.stopping
    const accountedMs = this.#threads.goneAccountedMs
    this.#end(run, withUsage(outcome, usage), { isGone, accountedMs })
  }

  #end(run: Run, outcome: WorkResult, stopped?: OutcomeFrame['stopped']): void {
    const { seq } = run.frame
    if (!this.#runs.delete(seq)) return
    this.#rest(run)
    this.#saved.forget(seq)
    // A thread that has reported is at its next run already.
    const startedAt =
      run.stopping?.usage.startedAt ??
      this.#threads.statusOf(seq)?.runStartedAt ??
      monotonicMs() - outcome.usage.wallMs
    const usage = { ...outcome.usage, bootMs: Math.max(0, startedAt - run.givenAt - outcome.usage.compileMs) }
    this.#settle({ seq, outcome: { ...outcome, usage }, stopped })
  }

  /** Its time is not kept any longer. */
  #rest({ timer, frame: { seq } }: Run): void {
    clearTimeout(timer)
    this.#cpu.remove(seq)
  }
}
