import { splitReports, type EncodedOutcome } from '@isolated-runtime/protocol'
import { z } from 'zod'
import type { RunEnds } from '../gate/gate.ts'

const reportsSchema = z.array(
  z.looseObject({ status: z.enum(['succeeded', 'failed', 'timed-out', 'refused']) }),
)

/**
 * How the calls of a run ended. Those that a chunk did not come to are not among them: they are counted where they end.
 *
 * @param message of the run, as it lies on the queue; a chunk has `items`
 */
export function endsOf(message: unknown, outcome: EncodedOutcome): RunEnds {
  const isChunk = typeof message === 'object' && message !== null && 'items' in message
  if (!isChunk) return { [outcome.status]: 1 }
  if (outcome.status !== 'succeeded') return outcome.status
  const reports = reportsOf(outcome.valueJson)
  // The client refuses such a report; here it is enough that the calls are counted.
  if (reports === undefined) return outcome.status
  const ends: Partial<Record<EncodedOutcome['status'], number>> = {}
  for (const { status } of reports) ends[status] = (ends[status] ?? 0) + 1
  return ends
}

function reportsOf(json = '[]'): z.output<typeof reportsSchema> | undefined {
  try {
    return reportsSchema.safeParse(JSON.parse(splitReports(json).withoutValues)).data
  } catch {
    return undefined
  }
}
