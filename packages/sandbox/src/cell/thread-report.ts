import { encodedRunErrorSchema, logEntrySchema } from '@isolated-runtime/protocol'
import { z } from 'zod'

const amount = z.number().min(0)

/** How a function settled, in the words of its thread. */
export const threadReportSchema = z.strictObject({
  result: z.discriminatedUnion('status', [
    z.strictObject({ status: z.literal('succeeded'), valueJson: z.string().optional() }),
    z.strictObject({
      status: z.enum(['failed', 'refused']),
      error: encodedRunErrorSchema,
    }),
  ]),
  logs: z.array(logEntrySchema),
  logsDropped: z.int().min(0),
  compileMs: amount,
  wallMs: amount,
  cpuMs: amount,
})

export type ThreadReport = z.infer<typeof threadReportSchema>
