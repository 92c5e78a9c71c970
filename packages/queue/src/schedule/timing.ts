import { z } from 'zod'
import { cronSchema, timeZoneSchema } from './cron.ts'

/** More often than that, and schedules would be what the fleet is busy with. */
const MIN_EVERY_MS = 100
const MAX_EVERY_MS = 366 * 24 * 3_600_000

const bounds = {
  /** Not due before; milliseconds since the epoch, as all times here. */
  startAt: z.number().optional(),
  /** Not due after. */
  endAt: z.number().optional(),
  /** How often it is due at most. */
  limit: z.int().min(1).max(1e9).optional(),
}

/** The length of an interval, in milliseconds. */
export const everyMsSchema = z.int().min(MIN_EVERY_MS).max(MAX_EVERY_MS)

/** When a schedule is due: in intervals, or by the calendar. */
export const timingSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('every'), everyMs: everyMsSchema, ...bounds }),
  z.strictObject({ kind: z.literal('cron'), cron: cronSchema, timeZone: timeZoneSchema, ...bounds }),
])

export type Timing = z.infer<typeof timingSchema>
