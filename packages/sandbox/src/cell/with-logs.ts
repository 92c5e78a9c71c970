import type { WorkResult } from '@isolated-runtime/protocol'
import type { LogArea } from '../thread/log-area.ts'

/** An outcome with what its run wrote to its log, unless it is there already. The items of a batch have logs of their own. */
export function withLogs<Result extends WorkResult>(
  result: Result,
  read: ReturnType<LogArea['read']> | undefined,
): Result {
  if (read === undefined || result.status === 'reported') return result
  if (result.logs.length > 0 || result.logsDropped > 0) return result
  return { ...result, logs: read.logs, logsDropped: read.logsDropped }
}
