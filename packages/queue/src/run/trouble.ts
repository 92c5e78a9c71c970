import { errorCodeSchema, IsolatedRuntimeError, type ErrorCode } from '@isolated-runtime/protocol'

/** What a failed job says of platform trouble, for people and for {@link parseTrouble}. */
export function formatTrouble(code: ErrorCode, message: string): string {
  return `${code}: ${message}`
}

/** How many lost executors a run survives: a lost connection stalls runs that harm nobody, but some bring executors down. */
export const MAX_LOST_EXECUTORS = 5
/** What BullMQ gives as the reason for one more. */
export const LOST_TOO_OFTEN = 'job stalled more than allowable limit'

/** The error a failed job tells of; whatever else BullMQ gave as the reason becomes `SANDBOX_FAILED`. */
export function parseTrouble(runId: string, reason: string): IsolatedRuntimeError {
  const [, code, message] = /^([A-Z_]+): (.*)$/s.exec(reason) ?? []
  if (reason === LOST_TOO_OFTEN) {
    return new IsolatedRuntimeError(
      'RUN_GIVEN_UP',
      `Run "${runId}" was given up: it has lost its executor ${MAX_LOST_EXECUTORS + 1} times, ${MAX_LOST_EXECUTORS} is the most`,
    )
  }
  const known = errorCodeSchema.safeParse(code)
  if (known.success && message !== undefined) return new IsolatedRuntimeError(known.data, message)
  return new IsolatedRuntimeError('SANDBOX_FAILED', `Run "${runId}" was given up by the executors: ${reason}`)
}
