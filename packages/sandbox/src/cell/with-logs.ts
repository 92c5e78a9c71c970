import type { EncodedOutcome } from '@isolated-runtime/protocol'
import type { LogArea } from '../thread/log-area.ts'

/** An outcome with what its run wrote to its log, unless it is there already. */
export function withLogs<Outcome extends EncodedOutcome>(
  outcome: Outcome,
  read: ReturnType<LogArea['read']> | undefined,
): Outcome {
  if (read === undefined || outcome.logs.length > 0 || outcome.logsDropped > 0) return outcome
  return { ...outcome, logs: read.logs, logsDropped: read.logsDropped }
}
