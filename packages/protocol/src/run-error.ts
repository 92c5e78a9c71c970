import { z } from 'zod'
import { ERROR_CODES, type ErrorCode } from './error-codes.ts'
import { jsonObjectTextSchema, jsonTextSchema } from './json-text.ts'

export const errorCodeSchema = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]])

/** How many causes of causes are kept. */
const MAX_CAUSES = 8
/** How many errors of an AggregateError are kept. */
const MAX_ERRORS = 32

/** An error as the guest left it, its own values still JSON text. */
export interface EncodedErrorFields {
  name: string
  message: string
  stack?: string | undefined
  propertiesJson?: string | undefined
  cause?: EncodedThrown | undefined
  errors?: EncodedThrown[] | undefined
}

export type EncodedThrown =
  | ({ kind: 'error' } & EncodedErrorFields)
  | { kind: 'value'; text: string; json?: string | undefined }

const errorFields = {
  name: z.string(),
  message: z.string(),
  stack: z.string().optional(),
  propertiesJson: jsonObjectTextSchema.optional(),
}

const thrownValueSchema = z.strictObject({
  kind: z.literal('value'),
  text: z.string(),
  json: jsonTextSchema.optional(),
})

/** Each depth has a schema of its own, so that no input makes the parser go deeper. */
function thrownSchema(depth: number): z.ZodType<EncodedThrown> {
  const error = { kind: z.literal('error'), ...errorFields }
  if (depth === 1) return z.discriminatedUnion('kind', [z.strictObject(error), thrownValueSchema])
  const nested = z.strictObject({ ...error, ...within(thrownSchema(depth - 1)) })
  return z.discriminatedUnion('kind', [nested, thrownValueSchema])
}

function within(schema: z.ZodType<EncodedThrown>) {
  return { cause: schema.optional(), errors: z.array(schema).max(MAX_ERRORS).optional() }
}

/** What went wrong with a run, as it crosses pipes and queues: values of the guest are still JSON text. */
export const encodedRunErrorSchema = z.strictObject({
  code: errorCodeSchema,
  ...errorFields,
  thrownJson: jsonTextSchema.optional(),
  ...within(thrownSchema(MAX_CAUSES)),
})

export type EncodedRunError = z.infer<typeof encodedRunErrorSchema>

interface GuestErrorFields {
  /** The name of the guest's own error, such as `TypeError`; else `IsolatedRuntimeError`. */
  readonly name: string
  readonly message: string
  /** Guest frames only, with paths inside the bundle, and lines and columns of what the author wrote. */
  readonly stack?: string | undefined
  /** What the guest added to its error, such as `code`: own enumerable properties that JSON can carry. */
  readonly properties?: Readonly<Record<string, unknown>> | undefined
  readonly cause?: Thrown | undefined
  /** Those of an AggregateError, 32 at most, or the two of a SuppressedError: of the disposal, and the one before it. */
  readonly errors?: readonly Thrown[] | undefined
}

/** A cause, or one of several errors, as data; `value` is absent where JSON cannot carry it. */
export type Thrown =
  | ({ readonly kind: 'error' } & GuestErrorFields)
  | { readonly kind: 'value'; readonly text: string; readonly value?: unknown }

/** What went wrong with a run, as data. */
export interface RunError extends GuestErrorFields {
  readonly code: ErrorCode
  /** What the guest threw if that was no error, as in `throw { status: 404 }`; absent where JSON cannot carry it. */
  readonly thrown?: unknown
}

/** Turns the JSON texts of an error, which its schema has seen to be JSON, into values. */
export function decodeRunError({ code, thrownJson, ...fields }: EncodedRunError): RunError {
  const thrown = thrownJson === undefined ? undefined : { thrown: JSON.parse(thrownJson) as unknown }
  return { code, ...decodeFields(fields), ...thrown }
}

function decodeFields({ propertiesJson, cause, errors, ...fields }: EncodedErrorFields): GuestErrorFields {
  return {
    ...fields,
    ...(propertiesJson && { properties: JSON.parse(propertiesJson) as Record<string, unknown> }),
    ...(cause && { cause: decodeThrown(cause) }),
    ...(errors && { errors: errors.map(decodeThrown) }),
  }
}

function decodeThrown(thrown: EncodedThrown): Thrown {
  if (thrown.kind === 'error') return { ...decodeFields(thrown), kind: 'error' }
  const { json, text } = thrown
  return { kind: 'value', text, ...(json !== undefined && { value: JSON.parse(json) as unknown }) }
}
