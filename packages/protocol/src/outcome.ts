import { z } from 'zod'
import { errorOf } from './guest-error.ts'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import { logEntrySchema } from './log-entry.ts'
import { parseGuestJson, parseJson } from './parse.ts'
import { decodeRunError, encodedRunErrorSchema, type RunError } from './run-error.ts'
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

/** The outcome of a single call. @throws `INVALID_MESSAGE` for the result of a batch */
export function outcomeOfCall(result: WorkResult): EncodedOutcome {
  if (result.status !== 'reported') return result
  throw new IsolatedRuntimeError('INVALID_MESSAGE', 'The outcome of a call is that of a batch of calls')
}

/** The result of a batch. @throws `INVALID_MESSAGE` for the value of a single call */
export function resultOfBatch(result: WorkResult): BatchResult | Unsuccessful {
  if (result.status !== 'succeeded') return result
  throw new IsolatedRuntimeError('INVALID_MESSAGE', 'The result of a batch is that of a single call')
}

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

/** Turns the JSON texts of an outcome into values. @throws `INVALID_MESSAGE` if the value is not JSON */
export function decodeOutcome(encoded: EncodedOutcome): Outcome {
  if (encoded.status !== 'succeeded') return { ...encoded, error: decodeRunError(encoded.error) }
  const { valueJson, ...rest } = encoded
  if (valueJson === undefined) return { ...rest, value: undefined }
  return { ...rest, value: parseJson(z.unknown(), valueJson, 'value of an outcome', 'INVALID_MESSAGE') }
}

/** The same as {@link decodeOutcome}; a large value lets others have the event loop while it is parsed. */
export async function decodeOutcomeInSlices(encoded: EncodedOutcome): Promise<Outcome> {
  if (encoded.status !== 'succeeded' || encoded.valueJson === undefined) return decodeOutcome(encoded)
  const { valueJson, ...rest } = encoded
  return { ...rest, value: await parseGuestJson(valueJson, 'value of an outcome') }
}

/**
 * The value of an outcome.
 *
 * @throws {IsolatedRuntimeError} for every status but `succeeded`. For `failed` the error has the name, message, stack,
 *   `cause` and `errors` of the guest's own error.
 */
export function valueOf(outcome: Outcome): unknown {
  if (outcome.status === 'succeeded') return outcome.value
  throw errorOf(outcome)
}
