import { chunkReportSchema, parseJson, type EncodedOutcome } from '@isolated-runtime/protocol'
import type { SandboxRun } from '../sandbox-run.ts'
import { MAX_NOTES_BYTES } from '../thread/status-board.ts'
import { ENTRY_BYTES } from '../thread/run-log.ts'

/** More than a realm ever tells of an error: name, message and stack are capped where they are read. */
const MAX_ERROR_CHARS = 256 * 1024

/**
 * Checks what no schema can know of an outcome: that it keeps the limits of its run. An honest cell sees to that
 * itself.
 *
 * @throws Error
 */
export function checkOutcome(outcome: EncodedOutcome, run: Pick<SandboxRun, 'limits' | 'items'>): void {
  const { limits, items } = run
  checkLogs(outcome.logs, limits.maxLogBytes)
  if (outcome.status === 'succeeded') {
    if (items === undefined) return checkValue(outcome.valueJson, limits.maxResultBytes)
    return checkReports(outcome.valueJson, limits.maxResultBytes + limits.maxLogBytes * MAX_BYTES_A_LOG_BYTE)
  }
  if (outcome.status === 'expired') throw new Error('an outcome that only a queue can give, "expired"')
  const { name, message, stack = '' } = outcome.error
  const chars = name.length + message.length + stack.length
  if (chars > MAX_ERROR_CHARS)
    throw new Error(`an error of ${chars} characters, the most allowed is ${MAX_ERROR_CHARS}`)
}

/** What a line of a log becomes at most as JSON, quotes and names of its fields included. */
const MAX_BYTES_A_LOG_BYTE = 6

/** @param maxItemBytes the most that the result and the logs of one item come to */
function checkReports(json: string = '', maxItemBytes: number): void {
  // A chunk ends with the report that finds no room among the notes.
  checkBytes(json, MAX_NOTES_BYTES + MAX_ERROR_CHARS + maxItemBytes)
  parseJson(chunkReportSchema, json, 'report of a chunk', 'INVALID_MESSAGE')
}

function checkBytes(json: string, maxBytes: number): void {
  const bytes = Buffer.byteLength(json)
  if (bytes > maxBytes) throw new Error(`a value of ${bytes} bytes, the most allowed is ${maxBytes}`)
}

function checkValue(json: string | undefined, maxBytes: number): void {
  if (json === undefined) return
  checkBytes(json, maxBytes)
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
