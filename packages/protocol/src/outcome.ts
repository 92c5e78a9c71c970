import { z } from 'zod'
import { logEntrySchema } from './log-entry.ts'
import { encodedRunErrorSchema, type RunError } from './run-error.ts'
import { usageSchema } from './usage.ts'

const report = {
  logs: z.array(logEntrySchema),
  /** Console lines left out because `maxLogBytes` was reached. */
  logsDropped: z.int().min(0).default(0),
  usage: usageSchema,
}

const unsuccessfulSchema = <S extends string>(status: S) =>
  z.strictObject({ status: z.literal(status), error: encodedRunErrorSchema, ...report })

/** An outcome as it crosses pipes and queues: the value is still JSON text, absent for `undefined`. */
export const encodedOutcomeSchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('succeeded'), valueJson: z.string().optional(), ...report }),
  unsuccessfulSchema('failed'),
  unsuccessfulSchema('timed-out'),
  unsuccessfulSchema('out-of-memory'),
  unsuccessfulSchema('crashed'),
  unsuccessfulSchema('cancelled'),
  unsuccessfulSchema('expired'),
  unsuccessfulSchema('refused'),
])

export type EncodedOutcome = z.infer<typeof encodedOutcomeSchema>

/** What became of the items of a batch, as JSON that `itemReportsSchema` describes. */
const batchResultSchema = z.strictObject({
  status: z.literal('reported'),
  reportsJson: z.string(),
  usage: usageSchema,
})

export type BatchResult = z.infer<typeof batchResultSchema>

/**
 * What became of a work, discriminated by `status`: of a single call its outcome; of a batch `reported`, or how it ended
 * before anything was known of its items.
 */
export const workResultSchema = z.discriminatedUnion('status', [
  ...encodedOutcomeSchema.options,
  batchResultSchema,
])

export type WorkResult = EncodedOutcome | BatchResult

/** An outcome that is not a value. */
export type Unsuccessful = Exclude<EncodedOutcome, { status: 'succeeded' }>

interface UnsuccessfulOutcome extends Omit<Unsuccessful, 'error'> {
  readonly error: RunError
}

/** What became of a run, once and for ever; discriminated by `status`. */
export type Outcome<T = unknown> =
  | (Omit<Extract<EncodedOutcome, { status: 'succeeded' }>, 'valueJson'> & { value: T })
  | UnsuccessfulOutcome

export type OutcomeStatus = Outcome['status']
