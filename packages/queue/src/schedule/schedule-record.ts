import { errorCodeSchema, parse, parseJson, runMessageSchema } from '@isolated-runtime/protocol'
import { z } from 'zod'
import { SCHEDULED_RUN_STATUSES } from '../replies/run-end.ts'
import { timingSchema } from './timing.ts'

/** What a schedule runs: the fields of a run that do not differ from one to the next. */
const scheduledRunSchema = runMessageSchema
  .omit({ version: true, id: true, tenant: true, replyTo: true, submittedAt: true, expiresAt: true })
  .extend({
    /** The id of a bundle, or an alias: then each run has the bundle that the alias has when it is due. */
    bundle: z.string().min(1),
    /** How long a run may wait for an executor, in milliseconds. */
    expiresInMs: z.int().min(1),
    /** Orders the runs of the tenant among themselves, higher first. */
    priority: z.int(),
  })

/** What a schedule is made of. */
export const scheduleDefinitionSchema = z.strictObject({
  timing: timingSchema,
  /** Whether a run starts that is due while the last one goes on. */
  overlap: z.enum(['allow', 'skip']),
  run: scheduledRunSchema,
})

export type ScheduleDefinition = z.infer<typeof scheduleDefinitionSchema>

const lastRunSchema = z.strictObject({
  id: z.string(),
  at: z.coerce.number(),
  status: z.enum(SCHEDULED_RUN_STATUSES),
  error: z.strictObject({ code: errorCodeSchema, message: z.string() }).optional(),
})

const recordSchema = z.strictObject({
  definition: scheduleDefinitionSchema,
  /** Another one whenever the timing is another one. */
  generation: z.string(),
  /** When the schedule got its timing. */
  since: z.coerce.number(),
  isPaused: z.boolean(),
  /** How often it was due since then. */
  ticks: z.coerce.number(),
  /** When it was due last; 0 for never. */
  tickAt: z.coerce.number(),
  lastRun: lastRunSchema.optional(),
})

/** A schedule as it is kept. */
export type ScheduleRecord = z.infer<typeof recordSchema>

/** @throws `INVALID_MESSAGE` */
export function parseRecord(name: string, fields: Readonly<Record<string, string>>): ScheduleRecord {
  const { definition = '', generation, since, paused, ticks, tickAt, lastRun, lastAt, lastStatus } = fields
  const { lastCode: code, lastMessage: message } = fields
  const what = `schedule "${name}"`
  const last = {
    id: lastRun,
    at: lastAt,
    status: lastStatus,
    error: code === undefined ? code : { code, message },
  }
  return parse(
    recordSchema,
    {
      definition: parseJson(z.unknown(), definition, what, 'INVALID_MESSAGE'),
      generation,
      since,
      isPaused: paused !== undefined,
      ticks,
      tickAt,
      lastRun: lastRun === undefined ? undefined : last,
    },
    what,
    'INVALID_MESSAGE',
  )
}
