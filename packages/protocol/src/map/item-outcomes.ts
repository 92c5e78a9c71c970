import { decodeOutcome, type EncodedOutcome, type Outcome, type Unsuccessful } from '../outcome.ts'
import { parse, parseGuestJson } from '../parse.ts'
import { decodeRunError } from '../run-error.ts'
import type { Usage } from '../usage.ts'
import { chunkReportSchema, type ItemReport } from './chunk-report.ts'

/**
 * What the outcome of a chunk says of each of its items, in their order; `undefined` for those that are to be run
 * again, because the chunk did not come to them, or because one of them ended it and nobody knows which.
 *
 * @param bytesIn the size of each item, arguments and context
 * @throws `INVALID_MESSAGE` if it says nothing that makes sense
 */
export async function itemOutcomes(
  encoded: EncodedOutcome,
  bytesIn: readonly number[],
): Promise<(Outcome | undefined)[]> {
  if (encoded.status === 'succeeded') return outcomesOf(encoded, bytesIn)
  switch (encoded.status) {
    case 'crashed':
    case 'out-of-memory':
    case 'timed-out':
      // It may be the work of any of them.
      return bytesIn.map((bytes) => (bytesIn.length === 1 ? withBytes(encoded, bytes) : undefined))
    default:
      return bytesIn.map((bytes) => withBytes(encoded, bytes))
  }
}

async function outcomesOf(
  { valueJson = '', usage }: Extract<EncodedOutcome, { status: 'succeeded' }>,
  bytesIn: readonly number[],
): Promise<(Outcome | undefined)[]> {
  const outcomes = bytesIn.map((): Outcome | undefined => undefined)
  const told = await parseGuestJson(valueJson, 'report of a chunk')
  for (const report of parse(chunkReportSchema, told, 'report of a chunk', 'INVALID_MESSAGE')) {
    const bytes = bytesIn[report.item]
    if (bytes !== undefined) outcomes[report.item] ??= outcomeOf(report, { ...usage, bytesIn: bytes })
  }
  return outcomes
}

/** What cannot be told apart by item is told as it is of the whole chunk. */
function outcomeOf(report: ItemReport, chunk: Usage): Outcome {
  const { wallMs, cpuMs, logs, logsDropped } = report
  const usage = { ...chunk, wallMs, cpuMs, bytesOut: 0 }
  if (report.status !== 'succeeded')
    return { status: report.status, error: decodeRunError(report.error), logs, logsDropped, usage }
  usage.bytesOut = report.bytesOut
  return { status: 'succeeded', value: report.value, logs, logsDropped, usage }
}

function withBytes(encoded: Unsuccessful, bytesIn: number): Outcome {
  return decodeOutcome({ ...encoded, usage: { ...encoded.usage, bytesIn } })
}
