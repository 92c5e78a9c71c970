import type { EncodedOutcome, Limits } from '@isolated-runtime/protocol'
import { ENTRY_BYTES } from '../thread/run-log.ts'

/** More than a realm ever tells of an error: name, message and stack are capped where they are read. */
const MAX_ERROR_CHARS = 256 * 1024

/**
 * Checks what no schema can know of an outcome: that it keeps the limits of its run. An honest cell sees to that
 * itself.
 *
 * @throws Error
 */
export function checkOutcome(outcome: EncodedOutcome, limits: Limits): void {
  checkLogs(outcome.logs, limits.maxLogBytes)
  if (outcome.status === 'succeeded') return checkValue(outcome.valueJson, limits.maxResultBytes)
  if (outcome.status === 'expired') throw new Error('an outcome that only a queue can give, "expired"')
  const { name, message, stack = '' } = outcome.error
  const chars = name.length + message.length + stack.length
  if (chars > MAX_ERROR_CHARS)
    throw new Error(`an error of ${chars} characters, the most allowed is ${MAX_ERROR_CHARS}`)
}

function checkValue(json: string | undefined, maxBytes: number): void {
  if (json === undefined) return
  const bytes = Buffer.byteLength(json)
  if (bytes > maxBytes) throw new Error(`a value of ${bytes} bytes, the most allowed is ${maxBytes}`)
  try {
    JSON.parse(json)
  } catch (cause) {
    throw new Error('a value that is not JSON', { cause })
  }
}

function checkLogs(logs: EncodedOutcome['logs'], maxBytes: number): void {
  let bytes = 0
  for (const { text } of logs) bytes += Buffer.byteLength(text) + ENTRY_BYTES
  if (bytes > maxBytes) throw new Error(`logs of ${bytes} bytes, the most allowed is ${maxBytes}`)
}
