import type { EncodedOutcome, ItemReport, Unsuccessful } from '@isolated-runtime/protocol'
import { cpuTimeExceeded } from './outcomes.ts'

type Success = Extract<EncodedOutcome, { status: 'succeeded' }>

/**
 * The outcome of a chunk that one of its items ended.
 *
 * @param reports of the items before it, as JSON, without the brackets
 */
export function endedByItem(reports: string, item: number, failure: Unsuccessful): Success {
  const last = reportOfFailure(item, failure)
  return succeeded(reports === '' ? last : `${reports},${last}`, failure.usage)
}

/** The outcome of a chunk whose thread never let go: what is known of its items. */
export function ofReports(reports: string, usage: EncodedOutcome['usage']): Success {
  return succeeded(reports, usage)
}

/** The same outcome, but items that used more CPU time than allowed, unseen until they were over, failed of that. */
export function withinCpu(outcome: Success, cpuMs: number): Success {
  const reports = JSON.parse(outcome.valueJson ?? '') as ItemReport[]
  if (reports.every((report) => report.cpuMs <= cpuMs)) return outcome
  const kept = reports.map((report): ItemReport => {
    if (report.cpuMs <= cpuMs) return report
    const { item, wallMs, logs, logsDropped } = report
    const { error } = cpuTimeExceeded(cpuMs, report.cpuMs)
    return { item, status: 'timed-out', error, wallMs, cpuMs: report.cpuMs, logs, logsDropped }
  })
  return { ...outcome, valueJson: JSON.stringify(kept) }
}

function reportOfFailure(item: number, { error, usage }: Unsuccessful): string {
  const { wallMs, cpuMs } = usage
  return JSON.stringify({
    item,
    status: 'timed-out',
    error,
    wallMs,
    cpuMs,
    logs: [],
    logsDropped: 0,
  } satisfies ItemReport)
}

function succeeded(reports: string, usage: EncodedOutcome['usage']): Success {
  return { status: 'succeeded', valueJson: `[${reports}]`, logs: [], logsDropped: 0, usage }
}
