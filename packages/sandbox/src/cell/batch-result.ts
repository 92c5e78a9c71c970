import type { BatchResult, ItemReport, Unsuccessful } from '@isolated-runtime/protocol'
import { NO_USAGE } from '@isolated-runtime/protocol/results'

/**
 * The result of a batch that one of its items ended.
 *
 * @param reports of the items before it, as JSON, without the brackets
 */
export function endedByItem(reports: string, item: number, failure: Unsuccessful): BatchResult {
  const last = reportOfFailure(item, failure)
  return ofReports(reports === '' ? last : `${reports},${last}`)
}

/** The result of a batch, of what is known of its items. @param reports as JSON, without the brackets */
export function ofReports(reports: string): BatchResult {
  return { status: 'reported', reportsJson: `[${reports}]`, usage: NO_USAGE }
}

function reportOfFailure(item: number, { error, usage, logs, logsDropped }: Unsuccessful): string {
  const { wallMs, cpuMs } = usage
  return JSON.stringify({
    item,
    status: 'timed-out',
    error,
    wallMs,
    cpuMs,
    logs,
    logsDropped,
  } satisfies ItemReport)
}
