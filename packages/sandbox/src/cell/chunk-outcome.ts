import type { EncodedOutcome, ItemReport, Unsuccessful } from '@isolated-runtime/protocol'
import { NO_USAGE } from '@isolated-runtime/protocol/without-schemas'

type Success = Extract<EncodedOutcome, { status: 'succeeded' }>

/**
 * The outcome of a chunk that one of its items ended.
 *
 * @param reports of the items before it, as JSON, without the brackets
 */
export function endedByItem(reports: string, item: number, failure: Unsuccessful): Success {
  const last = reportOfFailure(item, failure)
  return succeeded(reports === '' ? last : `${reports},${last}`)
}

/** The outcome of a chunk whose thread never let go: what is known of its items. */
export function ofReports(reports: string): Success {
  return succeeded(reports)
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

function succeeded(reports: string): Success {
  return { status: 'succeeded', valueJson: `[${reports}]`, logs: [], logsDropped: 0, usage: NO_USAGE }
}
