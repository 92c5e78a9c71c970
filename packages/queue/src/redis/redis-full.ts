import { IsolatedRuntimeError } from '@isolated-runtime/protocol'

/** About when executors have looked at the memory of Redis again. */
const RETRY_AFTER_MS = 2_000

/** The error for what Redis refused because it is full; `undefined` for every other error. */
export function redisFull(error: unknown): IsolatedRuntimeError | undefined {
  if (!isRefusal(error)) return undefined
  return new IsolatedRuntimeError(
    'FLEET_OVERLOADED',
    `The fleet takes no more runs: Redis has used up its "maxmemory"; try again in ${RETRY_AFTER_MS} ms`,
    { cause: error, retryAfterMs: RETRY_AFTER_MS },
  )
}

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.message.includes('OOM command not allowed')) return true
  // A transaction is refused for what was refused of its commands.
  return (
    'previousErrors' in error && Array.isArray(error.previousErrors) && error.previousErrors.some(isRefusal)
  )
}
