import { z } from 'zod'
import { ERROR_CODES, type ErrorCode } from './error-codes.ts'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import { logEntrySchema } from './log-entry.ts'
import { parseJson } from './parse.ts'
import { usageSchema, type Usage } from './usage.ts'

export const errorCodeSchema = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]])

/** What went wrong with a run, as data. */
export const runErrorSchema = z.strictObject({
  code: errorCodeSchema,
  /** The name of the guest's own error, such as `TypeError`; else `IsolatedRuntimeError`. */
  name: z.string(),
  message: z.string(),
  /** Guest frames only, with paths inside the bundle. */
  stack: z.string().optional(),
})

export type RunError = z.infer<typeof runErrorSchema>

const report = {
  logs: z.array(logEntrySchema),
  /** Console lines left out because `maxLogBytes` was reached. */
  logsDropped: z.int().min(0).default(0),
  usage: usageSchema,
}

const unsuccessfulSchema = <S extends string>(status: S) =>
  z.strictObject({ status: z.literal(status), error: runErrorSchema, ...report })

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

/** An outcome that is not a value. */
export type Unsuccessful = Exclude<EncodedOutcome, { status: 'succeeded' }>

/** What became of a run, once and for ever; discriminated by `status`. */
export type Outcome<T = unknown> =
  | (Omit<Extract<EncodedOutcome, { status: 'succeeded' }>, 'valueJson'> & { value: T })
  | Unsuccessful

export type OutcomeStatus = Outcome['status']

/** Turns the JSON text of the value into the value. @throws `INVALID_MESSAGE` if it is not JSON */
export function decodeOutcome(encoded: EncodedOutcome): Outcome {
  if (encoded.status !== 'succeeded') return encoded
  const { valueJson, ...rest } = encoded
  if (valueJson === undefined) return { ...rest, value: undefined }
  return { ...rest, value: parseJson(z.unknown(), valueJson, 'value of an outcome', 'INVALID_MESSAGE') }
}

/** An outcome that an error explains, of a run that said nothing itself. */
export function unsuccessful(
  status: Unsuccessful['status'],
  error: IsolatedRuntimeError,
  usage: Partial<Usage> = {},
): Unsuccessful {
  return { status, error: toRunError(error), logs: [], logsDropped: 0, usage: usageSchema.parse(usage) }
}

/** The data of an error; its stack is the platform's own and stays behind. */
export function toRunError(error: IsolatedRuntimeError): RunError {
  return { code: error.code, name: error.name, message: error.message }
}

/**
 * The value of an outcome.
 *
 * @throws {IsolatedRuntimeError} for every status but `succeeded`. For `failed` the error has the name, message and
 *   stack of the guest's own error.
 */
export function valueOf(outcome: Outcome): unknown {
  if (outcome.status === 'succeeded') return outcome.value
  const { code, name, message, stack } = outcome.error
  const error = new IsolatedRuntimeError(code, message, { outcome })
  // The stack of this place says nothing to anybody: the failure happened in the guest.
  error.name = name
  error.stack = stack ?? `${name}: ${message}`
  throw error
}
