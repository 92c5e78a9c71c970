import { z } from 'zod'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** One line the guest wrote to its console. */
export const logEntrySchema = z.strictObject({
  level: z.enum(LOG_LEVELS),
  /** When it was written, in milliseconds since the epoch. */
  time: z.number(),
  text: z.string(),
})

export type LogEntry = z.infer<typeof logEntrySchema>
