import { errorCodeSchema, logEntrySchema } from '@isolated-runtime/protocol'
import { z } from 'zod'

const amount = z.number().min(0)

/** What a thread posts as soon as the function has settled, before the thread comes to rest. */
export const threadReportSchema = z.strictObject({
  seq: z.int().min(1),
  result: z.discriminatedUnion('status', [
    z.strictObject({ status: z.literal('succeeded'), valueJson: z.string().optional() }),
    z.strictObject({
      status: z.enum(['failed', 'refused']),
      error: z.strictObject({
        code: errorCodeSchema,
        name: z.string(),
        message: z.string(),
        stack: z.string().optional(),
      }),
    }),
  ]),
  logs: z.array(logEntrySchema),
  logsDropped: z.int().min(0),
  compileMs: amount,
  wallMs: amount,
  cpuMs: amount,
})

export type ThreadReport = z.infer<typeof threadReportSchema>
