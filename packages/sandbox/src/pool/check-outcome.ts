import {
  itemReportsSchema,
  kindOfJson,
  parseJson,
  splitReports,
  type Call,
  type EncodedThrown,
  type LogEntry,
  type WorkResult,
} from '@isolated-runtime/protocol'
import { MAX_NOTES_BYTES } from '../thread/status-board.ts'
import { ENTRY_BYTES } from '../thread/log-area.ts'

/** More than a realm ever tells of an error, with all its causes: that is capped where it is read. */
const MAX_ERROR_CHARS = 256 * 1024
/** What an error without any text counts for. */
const EACH_ERROR_CHARS = 64
/** What a control character becomes in JSON. */
const MAX_BYTES_A_CHAR = 6

/**
 * Checks what no schema can know of a result: that it is one of its work, and keeps the limits of that. An honest cell
 * sees to that itself.
 *
 * @throws Error
 */
export function checkOutcome(outcome: WorkResult, { work, limits }: Pick<Call, 'work' | 'limits'>): void {
  if (outcome.status === 'reported') {
    if (work.kind !== 'batch') throw new Error('the reports of a batch for a single call')
    return checkReports(
      outcome.reportsJson,
      limits.maxResultBytes + limits.maxLogBytes * MAX_BYTES_A_LOG_BYTE,
    )
  }
  checkLogs(outcome.logs, limits.maxLogBytes)
  if (outcome.status === 'succeeded') {
    if (work.kind !== 'call') throw new Error('a single value for a batch')
    return checkValue(outcome.valueJson, limits.maxResultBytes)
  }
  if (outcome.status === 'expired') throw new Error('an outcome that only a queue can give, "expired"')
  const chars = charsOf({ kind: 'error', ...outcome.error }) + (outcome.error.thrownJson ?? '').length
  if (chars > MAX_ERROR_CHARS)
    throw new Error(`an error of ${chars} characters, the most allowed is ${MAX_ERROR_CHARS}`)
}

function charsOf(thrown: EncodedThrown): number {
  if (thrown.kind === 'value') return EACH_ERROR_CHARS + thrown.text.length + (thrown.json ?? '').length
  const { name, message, stack = '', propertiesJson = '', cause, errors = [] } = thrown
  const own = EACH_ERROR_CHARS + name.length + message.length + stack.length + propertiesJson.length
  const nested = cause === undefined ? errors : [cause, ...errors]
  return nested.reduce((sum, item) => sum + charsOf(item), own)
}

/** What a line of a log becomes at most as JSON, quotes and names of its fields included. */
const MAX_BYTES_A_LOG_BYTE = 6

/** @param maxItemBytes the most that the result and the logs of one item come to */
function checkReports(json: string, maxItemBytes: number): void {
  // A batch ends with the report that finds no room among the notes.
  checkBytes(json, MAX_NOTES_BYTES + MAX_ERROR_CHARS * MAX_BYTES_A_CHAR + maxItemBytes)
  parseJson(itemReportsSchema, withoutValues(json), 'report of a batch', 'INVALID_MESSAGE')
}

function withoutValues(json: string): string {
  try {
    return splitReports(json).withoutValues
  } catch (cause) {
    throw new Error('a report of a batch that is not JSON', { cause })
  }
}

function checkBytes(json: string, maxBytes: number): void {
  const bytes = Buffer.byteLength(json)
  if (bytes > maxBytes) throw new Error(`a value of ${bytes} bytes, the most allowed is ${maxBytes}`)
}

function checkValue(json: string | undefined, maxBytes: number): void {
  if (json === undefined) return
  checkBytes(json, maxBytes)
  // Not built: that could take a hundred times as long.
  if (kindOfJson(json) === undefined) throw new Error('a value that is not JSON')
}

function checkLogs(logs: readonly LogEntry[], maxBytes: number): void {
  let bytes = 0
  for (const { text } of logs) bytes += Buffer.byteLength(text) + ENTRY_BYTES
  if (bytes > maxBytes) throw new Error(`logs of ${bytes} bytes, the most allowed is ${maxBytes}`)
}
