import {
  ANY_OBJECT,
  bundleReferenceSchema,
  callFields,
  codeFields,
  oneOf,
  parse,
  tenantSchema,
  withFile,
} from '@isolated-runtime/protocol'
import { cronSchema, everyMsSchema, scheduleIdSchema, timeZoneSchema } from '@isolated-runtime/queue'
import { z } from 'zod'
import { durationSchema } from './duration.ts'
import { fleetFields, singleRunFields } from './run-request.ts'

const { tenant: _, ...runFields } = {
  ...callFields,
  ...codeFields,
  ...fleetFields,
  ...singleRunFields,
  bundle: bundleReferenceSchema.optional(),
}

const MOMENT = { error: 'expected a Date, or a time with its zone such as "2027-01-01T00:00:00Z"' }

/** A moment: a `Date`, or text such as `2027-01-01T00:00:00Z`. */
const momentSchema = z
  .union([z.date(MOMENT), z.iso.datetime({ offset: true, ...MOMENT })], MOMENT)
  .transform((moment) => new Date(moment).getTime())

const scheduleRequestSchema = z
  .strictObject({
    /** The name of the schedule, unique in its tenant. */
    id: scheduleIdSchema,
    /** Whose schedule it is, and whose runs. @default the client's tenant */
    tenant: tenantSchema.optional(),
    /** The interval: milliseconds, at least 100, or text such as `5m`. Either this or `cron`. */
    every: durationSchema.pipe(everyMsSchema).optional(),
    /** The times by the calendar, such as `0 3 * * *`; with six fields the first is the second. */
    cron: cronSchema.optional(),
    /** The time zone that `cron` goes by, such as `Europe/Berlin`. @default 'UTC' */
    timeZone: timeZoneSchema.optional(),
    /** Not due before; with `every`, due then for the first time. @default one interval from now */
    startAt: momentSchema.optional(),
    /** Not due after. */
    endAt: momentSchema.optional(),
    /** How often it is due, at most. */
    limit: z.int().min(1).max(1e9).optional(),
    /** Whether a run starts that is due while the last one waits or runs. @default 'allow' */
    overlap: z.enum(['allow', 'skip']).default('allow'),
    /** What is run: a request as `client.run` takes it, without `id`, `tenant`, `delayMs` and `exposeRunId`. */
    run: z
      .strictObject(runFields)
      .superRefine(oneOf('folder', 'bundle', 'source'), ANY_OBJECT)
      .transform(withFile),
  })
  .superRefine(({ every, cron, timeZone, startAt, endAt }, context) => {
    const refuse = (message: string, path: string[] = []): void => {
      context.addIssue({ code: 'custom', message, path })
    }
    if ((every === undefined) === (cron === undefined)) {
      refuse(`expected one of "every" and "cron", found ${every === undefined ? 'none' : 'both'}`)
    }
    if (timeZone !== undefined && cron === undefined) {
      refuse('expected none with "every": intervals are the same everywhere', ['timeZone'])
    }
    if (endAt !== undefined && endAt <= (startAt ?? -Infinity)) {
      refuse('expected a time after "startAt"', ['endAt'])
    }
  })

/** A schedule, as callers write it. */
export type ScheduleRequest = z.input<typeof scheduleRequestSchema>

/** @throws `INVALID_REQUEST` listing every problem */
export function parseScheduleRequest(request: ScheduleRequest): z.output<typeof scheduleRequestSchema> {
  return parse(scheduleRequestSchema, request, 'schedule', 'INVALID_REQUEST')
}
