import {
  joinReports,
  splitReports,
  type BatchResult,
  type ItemReport,
  type LogEntry,
  type Usage,
  type WorkResult,
} from '@isolated-runtime/protocol'
import type { OutcomeFrame } from '../cell/from-cell.ts'
import { isStarved } from '../cell/starvation.ts'
import type { AttemptVerdict } from './blame.ts'
import type { InFlight } from './in-flight.ts'

/**
 * What the end of a run that its cell tells says of the attempt.
 *
 * @param told by the cell; the CPU time of a stopped run is a guess, the time for which its thread had something to do
 * @param charged the same outcome with the CPU time that the system knows of
 * @param isFirst whether no other run was ever in the cell
 * @param seesStarvation whether a thread that did nothing although it had something to do waited for a processor
 */
export function verdictOf(
  told: OutcomeFrame,
  charged: WorkResult,
  { run, processMb }: Pick<InFlight, 'run' | 'processMb'>,
  isFirst: boolean,
  seesStarvation: boolean,
): AttemptVerdict {
  const { cpuMs, wallMs } = charged.usage
  // In a thread that has served others, what they left behind may have filled the heap.
  if (charged.status === 'out-of-memory' && !isFirst)
    return {
      kind: 'died',
      alone: false,
      byPlatform: false,
      memory: 'heap',
      reason: charged.error.message,
      cpuMs,
      wallMs,
      logs: charged.logs,
      ruinedMs: charged.usage.ruinedCpuMs,
    }
  const busyMs = seesStarvation ? told.outcome.usage.cpuMs : 0
  const { timeoutMs } = run.call.limits
  if (told.stopped === undefined) return { kind: 'outcome', outcome: charged, processMb }
  if (charged.status === 'reported') return verdictOfBatch(charged, { busyMs, timeoutMs, processMb })
  if (run.call.work.kind === 'call' && isTimeout(charged) && isStarved({ busyMs, cpuMs, wallMs, timeoutMs }))
    return starved(charged.usage, charged.logs, timeoutMs)
  return { kind: 'outcome', outcome: charged, processMb }
}

/** Of a batch that was stopped: the item that ended it is the last, and used what the others did not. */
function verdictOfBatch(
  outcome: BatchResult,
  { busyMs, timeoutMs, processMb }: { busyMs: number; timeoutMs: number; processMb: number },
): AttemptVerdict {
  const { withoutValues, values } = splitReports(outcome.reportsJson)
  const reports = JSON.parse(withoutValues) as ItemReport[]
  const last = reports.pop()
  if (last !== undefined) {
    const others = reports.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
    const cpuMs = Math.max(last.cpuMs, outcome.usage.cpuMs - others)
    if (!isTimeout(last) || !isStarved({ busyMs, cpuMs, wallMs: last.wallMs, timeoutMs }))
      reports.push({ ...last, cpuMs })
    // An item that is missing was not come to, and is sent again.
    else if (reports.length === 0) return starved(outcome.usage, [], timeoutMs)
  }
  return { kind: 'outcome', outcome: { ...outcome, reportsJson: joinReports(reports, values) }, processMb }
}

function isTimeout(end: Exclude<WorkResult, BatchResult> | ItemReport): boolean {
  return end.status === 'timed-out' && end.error.code === 'TIMED_OUT'
}

function starved({ cpuMs, wallMs }: Usage, logs: LogEntry[], timeoutMs: number): AttemptVerdict {
  const reason = `The run had a processor for ${Math.round(cpuMs)} ms of its limit "timeoutMs" of ${timeoutMs}: there is more to do here than processors can`
  return { kind: 'starved', reason, cpuMs, wallMs, logs }
}
