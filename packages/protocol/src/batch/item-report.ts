import { z } from 'zod'
import { logEntrySchema } from '../log-entry.ts'
import { encodedRunErrorSchema } from '../run-error.ts'

const amount = z.number().min(0)

const report = {
  /** Which item of the batch, counted from 0. */
  item: z.int().min(0),
  wallMs: amount,
  cpuMs: amount,
  logs: z.array(logEntrySchema).default([]),
  logsDropped: z.int().min(0).default(0),
}

/** What became of one item of a batch. */
const itemReportSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('succeeded'),
    /** Absent for `undefined`. */
    value: z.unknown().optional(),
    /** Of the value, as JSON. */
    bytesOut: amount,
    ...report,
  }),
  z.strictObject({
    status: z.enum(['failed', 'timed-out', 'refused']),
    error: encodedRunErrorSchema,
    ...report,
  }),
])

export type ItemReport = z.infer<typeof itemReportSchema>

/**
 * What a batch reports: what became of its items, in any order. An item that is missing was not come to
 * and is run again. If an item is there twice, the first report counts.
 */
export const itemReportsSchema = z.array(itemReportSchema)
