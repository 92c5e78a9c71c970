import type { WorkResult } from '@isolated-runtime/protocol'
import type { OutcomeFrame } from '../cell/from-cell.ts'
import type { Allowable } from '../realm/permits.ts'
import type { ProcessCpu } from '../spawner/messages.ts'
import { CellCpu } from './cell-cpu.ts'

/** Looking costs 0.3 ms, and what is seen matters only if the cell dies: of the looks at its memory it goes along with one in this many. */
const LOOKS_APART = 10

/** CPU time of the start of a process, and of a thread, in milliseconds. */
const USUAL_START_MS = 100
const USUAL_THREAD_START_MS = 30

/** Charges the runs of one cell the CPU time of their threads, until these are at rest or gone. */
export class CellBill {
  /** Whether a thread that had something to do and used no CPU time waited for a processor: it cannot sleep. */
  readonly seesStarvation: boolean
  #cpu: CellCpu | undefined
  #looks = 0

  constructor(allow: readonly Allowable[]) {
    this.seesStarvation = !allow.includes('shared-memory')
  }

  /** What the process took to start; a guess where it cannot be seen. */
  get startMs(): number {
    return this.#cpu?.startMs ?? USUAL_START_MS
  }

  /** What its first thread took of that. */
  get threadStartMs(): number {
    return this.#cpu?.threadStartMs ?? USUAL_THREAD_START_MS
  }

  /** Called when the cell is ready. */
  begin(pid: number | undefined): void {
    this.#cpu = CellCpu.of(pid)
  }

  /** Called now and then while the cell has runs. */
  look(): void {
    if (++this.#looks % LOOKS_APART === 0) this.#cpu?.look()
  }

  /** Another thread is up, which took so much CPU time. */
  threadUp(cpuMs: number): void {
    this.#cpu?.account(cpuMs)
  }

  /**
   * The outcome that a cell gave, with all that its run has used.
   *
   * @param elapsedMs since the run was given to the cell
   * @param inFlight how many runs the cell has, this one included
   */
  charged({ outcome, stopped }: OutcomeFrame, elapsedMs: number, inFlight: number): WorkResult {
    if (stopped === undefined) {
      this.#cpu?.account(outcome.usage.cpuMs)
      return outcome
    }
    const cpuMs = stopped.isGone
      ? this.#cpu?.ofGone(stopped.accountedMs, elapsedMs)
      : this.#cpu?.ofStuck(elapsedMs, inFlight)
    return this.#withThread(cpuMs === undefined ? outcome : withCpuMs(outcome, cpuMs))
  }

  /** Another thread takes the place of one that was stopped; to cancel a run ruins nothing, and is paid for. */
  #withThread(outcome: WorkResult): WorkResult {
    const ms = this.threadStartMs
    const paid = outcome.status === 'cancelled' ? { startCpuMs: ms } : { ruinedCpuMs: ms }
    return { ...outcome, usage: { ...outcome.usage, ...paid } }
  }

  /** What one of several runs has used that does not end. */
  stuck(elapsedMs: number, inFlight: number): number {
    return this.#cpu?.ofStuck(elapsedMs, inFlight) ?? 0
  }

  /**
   * What each run used that was in the cell when it died, or is about to be killed; 0 where that cannot be seen.
   *
   * @param elapsedMs since each was given to the cell
   * @param dead what the process has used, if it is dead and only who started it could see that
   */
  atDeath(elapsedMs: readonly number[], dead?: ProcessCpu): number[] {
    return this.#cpu?.ofDeath(elapsedMs, dead) ?? elapsedMs.map(() => 0)
  }
}

function withCpuMs(outcome: WorkResult, cpuMs: number): WorkResult {
  return { ...outcome, usage: { ...outcome.usage, cpuMs } }
}
