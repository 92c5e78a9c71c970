import type { EncodedOutcome, ItemReport } from '@isolated-runtime/protocol'
import type { OutcomeFrame } from '../cell/from-cell.ts'
import { CellCpu } from './cell-cpu.ts'

/** Charges the runs of one cell the CPU time of their threads, until these are at rest or gone. */
export class CellBill {
  #cpu: CellCpu | undefined

  /** Called when the cell is ready. */
  begin(pid: number | undefined): void {
    this.#cpu = CellCpu.of(pid)
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
  charged({ outcome, stopped }: OutcomeFrame, elapsedMs: number, inFlight: number): EncodedOutcome {
    if (stopped === undefined) {
      this.#cpu?.account(outcome.usage.cpuMs)
      return outcome
    }
    const cpuMs = stopped.isGone
      ? this.#cpu?.ofGone(stopped.accountedMs, elapsedMs)
      : this.#cpu?.ofStuck(elapsedMs, inFlight)
    return cpuMs === undefined ? outcome : withCpuMs(outcome, cpuMs)
  }

  /** What one of several runs has used that does not end. */
  stuck(elapsedMs: number, inFlight: number): number {
    return this.#cpu?.ofStuck(elapsedMs, inFlight) ?? 0
  }

  /**
   * What each run used that was in the cell when it died, or is about to be killed; 0 where that cannot be seen.
   *
   * @param elapsedMs since each was given to the cell
   */
  atDeath(elapsedMs: readonly number[]): number[] {
    return this.#cpu?.ofDeath(elapsedMs) ?? elapsedMs.map(() => 0)
  }
}

function withCpuMs(outcome: EncodedOutcome, cpuMs: number): EncodedOutcome {
  return { ...outcome, usage: { ...outcome.usage, cpuMs } }
}

/** The same outcome of a chunk that one of its items ended, which is the last: what the others did not use, it did. */
export function chargeLastItem(outcome: EncodedOutcome): EncodedOutcome {
  if (outcome.status !== 'succeeded' || outcome.valueJson === undefined) return outcome
  const reports = JSON.parse(outcome.valueJson) as ItemReport[]
  const last = reports.pop()
  if (last === undefined) return outcome
  const others = reports.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  reports.push({ ...last, cpuMs: Math.max(last.cpuMs, outcome.usage.cpuMs - others) })
  return { ...outcome, valueJson: JSON.stringify(reports) }
}
