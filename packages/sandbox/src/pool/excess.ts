import type { EncodedOutcome, Limits } from '@isolated-runtime/protocol'
import { ENTRY_BYTES } from '../thread/run-log.ts'

/** More than a thread ever writes into the name, message and stack of an error. */
const MAX_ERROR_CHARS = 64 * 1024

/** What an outcome has too much of; a cell that keeps to its own rules sends nothing of the kind. */
export function excessOf(outcome: EncodedOutcome, limits: Limits): string | undefined {
  let logBytes = 0
  for (const { text } of outcome.logs) logBytes += Buffer.byteLength(text) + ENTRY_BYTES
  if (logBytes > limits.maxLogBytes) return `logs of ${logBytes} bytes, allowed are ${limits.maxLogBytes}`
  if (outcome.status === 'succeeded') {
    const bytes = Buffer.byteLength(outcome.valueJson ?? '')
    return bytes > limits.maxResultBytes
      ? `a result of ${bytes} bytes, allowed are ${limits.maxResultBytes}`
      : undefined
  }
  const { name, message, stack = '' } = outcome.error
  const chars = name.length + message.length + stack.length
  return chars > MAX_ERROR_CHARS ? `an error of ${chars} characters` : undefined
}
