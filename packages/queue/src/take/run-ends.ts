import { splitReports, type WorkResult } from '@isolated-runtime/protocol'
import { z } from 'zod'
import type { RunEnds } from '../gate/gate.ts'

const reportsSchema = z.array(
  z.looseObject({ status: z.enum(['succeeded', 'failed', 'timed-out', 'refused']) }),
)

const messageSchema = z.object({ call: z.object({ work: z.object({ kind: z.literal('batch') }) }) })

/**
 * How the calls of a run ended. Those that a batch did not come to are not among them: they are counted where they end.
 *
 * @param message of the run, as it lies on the queue; it may be malformed
 */
export function endsOf(message: unknown, result: WorkResult): RunEnds {
  if (result.status === 'reported') return endsOfReports(result.reportsJson)
  return messageSchema.safeParse(message).success ? result.status : { [result.status]: 1 }
}

function endsOfReports(json: string): RunEnds {
  const reports = reportsOf(json)
  // The client refuses such a report; here it is enough that the calls are counted.
  if (reports === undefined) return 'trouble'
  const ends: Partial<Record<(typeof reports)[number]['status'], number>> = {}
  for (const { status } of reports) ends[status] = (ends[status] ?? 0) + 1
  return ends
}

function reportsOf(json: string): z.output<typeof reportsSchema> | undefined {
  try {
    return reportsSchema.safeParse(JSON.parse(splitReports(json).withoutValues)).data
  } catch {
    return undefined
  }
}
