import {
  decodeOutcome,
  decodeRunError,
  itemReportsSchema,
  parse,
  parseGuestJson,
  type BatchResult,
  type ItemReport,
  type Outcome,
  type Unsuccessful,
  type Usage,
} from '@isolated-runtime/protocol'

/**
 * What the result of a batch says of each of its items, in their order; `undefined` for those that are to be run
 * again, because the batch did not come to them, or because one of them ended it and nobody knows which.
 *
 * @param bytesIn the size of each item, arguments and context
 * @throws `INVALID_MESSAGE` if it says nothing that makes sense
 */
export async function itemOutcomes(
  result: BatchResult | Unsuccessful,
  bytesIn: readonly number[],
): Promise<(Outcome | undefined)[]> {
  switch (result.status) {
    case 'reported':
      return outcomesOf(result, bytesIn)
    case 'crashed':
    case 'out-of-memory':
    case 'timed-out':
      // It may be the work of any of them.
      return bytesIn.map((bytes) => (bytesIn.length === 1 ? withBytes(result, bytes) : undefined))
    default:
      return bytesIn.map((bytes) => withBytes(result, bytes))
  }
}

async function outcomesOf(
  { reportsJson, usage }: BatchResult,
  bytesIn: readonly number[],
): Promise<(Outcome | undefined)[]> {
  const outcomes = bytesIn.map((): Outcome | undefined => undefined)
  const reports = await parseGuestJson(reportsJson, 'report of a batch')
  for (const report of parse(itemReportsSchema, reports, 'report of a batch', 'INVALID_MESSAGE')) {
    const bytes = bytesIn[report.item]
    if (bytes !== undefined) outcomes[report.item] ??= outcomeOf(report, { ...usage, bytesIn: bytes })
  }
  return outcomes
}

/** What cannot be told apart by item is told as it is of the whole batch. */
function outcomeOf(report: ItemReport, batch: Usage): Outcome {
  const { wallMs, cpuMs, logs, logsDropped } = report
  const usage = { ...batch, wallMs, cpuMs, bytesOut: 0 }
  if (report.status !== 'succeeded')
    return { status: report.status, error: decodeRunError(report.error), logs, logsDropped, usage }
  usage.bytesOut = report.bytesOut
  return { status: 'succeeded', value: report.value, logs, logsDropped, usage }
}

function withBytes(encoded: Unsuccessful, bytesIn: number): Outcome {
  return decodeOutcome({ ...encoded, usage: { ...encoded.usage, bytesIn } })
}
