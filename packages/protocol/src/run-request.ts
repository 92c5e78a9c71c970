import { z } from 'zod'
import { toBundlePath } from './bundle-path.ts'
import { deadlineFields } from './deadline.ts'
import { ANY_OBJECT, codeFields, oneOf, withFile } from './code-fields.ts'
import { globalsSchema } from './globals.ts'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import { toJson } from './json.ts'
import { plainCallFields, singleCallFields, type Call, type SingleCall } from './call.ts'
import {
  askedLimitsOf,
  partialLimitsSchema,
  resolveLimits,
  type Limits,
  type PartialLimits,
} from './limits.ts'
import { parse } from './parse.ts'
import { patternSchema } from './pattern-schema.ts'
import { retryFields } from './retries.ts'

/** What people call their tenants and runs is theirs to choose; keys hold it in the form of `escapeName`. */
const name = (what: string) =>
  patternSchema(
    /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,256}$/u,
    `a ${what} of 1 to 256 characters without line breaks and other control characters`,
  )

export const tenantSchema = name('tenant')
export const runIdSchema = name('run id')

/** What the ids of the runs of schedules start with, and no other run's. */
export const SCHEDULED_RUN_ID_PREFIX = 'schedule:'

/** A run id that a caller chose. */
export const chosenRunIdSchema = runIdSchema.refine((id) => !id.startsWith(SCHEDULED_RUN_ID_PREFIX), {
  error: `expected a run id that does not start with "${SCHEDULED_RUN_ID_PREFIX}": those are the runs of schedules`,
})

/** The fields that one call and many share. */
export const sharedCallFields = {
  /** A file of the folder, relative to it. */
  file: z.string().min(1),
  ...plainCallFields,
  /** Globals for the guest, as JSON values. */
  context: globalsSchema.optional(),
  limits: partialLimitsSchema.optional(),
  /** Who the code belongs to. @default 'default' */
  tenant: tenantSchema.default('default'),
}

/** The fields every way of running once shares. */
const call = {
  ...sharedCallFields,
  ...singleCallFields,
  /** JSON values. @default [] */
  args: z.array(z.unknown()).default([]),
}

/** A run of one function, as callers of the library write it. */
export const localRunRequestSchema = z
  .strictObject({ ...call, ...codeFields, ...retryFields, ...deadlineFields })
  .superRefine(oneOf('folder', 'source'), ANY_OBJECT)
  .transform(withFile)

export type LocalRunRequest = z.input<typeof localRunRequestSchema>

export const callFields = call

const plainFields = Object.keys({ ...plainCallFields, ...singleCallFields }) as (keyof PlainFields)[]

type PlainFields = Pick<Call, keyof typeof plainCallFields | keyof typeof singleCallFields>

/** What is read of a request to make a call of it. */
interface CallRequest extends PlainFields {
  readonly file: string
  readonly args: readonly unknown[]
  readonly context?: Readonly<Record<string, unknown>> | undefined
  readonly limits?: PartialLimits | undefined
}

export interface EncodeCallOptions {
  /** The most a request may ask for. @default no bound but that of an executor */
  readonly ceilings?: Limits
}

/** @throws `INVALID_REQUEST`, `ARGUMENTS_NOT_JSON` or `ARGUMENTS_TOO_LARGE` */
export function parseRequest<S extends z.ZodType>(schema: S, request: unknown): z.output<S> {
  return parse(schema, request, 'run request', 'INVALID_REQUEST')
}

/** Resolves limits and path, and turns values into JSON text. */
export function encodeCall(request: CallRequest, { ceilings }: EncodeCallOptions = {}): SingleCall {
  const limits = resolveLimits(request.limits, ceilings)
  const argsJson = toJson(request.args, 'arguments', 'args', 'ARGUMENTS_NOT_JSON')
  const contextJson = request.context && toJson(request.context, 'context', 'context', 'ARGUMENTS_NOT_JSON')
  const bytes = Buffer.byteLength(argsJson) + (contextJson === undefined ? 0 : Buffer.byteLength(contextJson))
  if (bytes > limits.maxArgsBytes) {
    throw new IsolatedRuntimeError(
      'ARGUMENTS_TOO_LARGE',
      `The arguments and the context are ${bytes} bytes of JSON, the most allowed is ${limits.maxArgsBytes}; send less, or raise "limits.maxArgsBytes"`,
    )
  }
  const plain = Object.fromEntries(
    plainFields.map((field) => [field, request[field]]),
  ) as unknown as PlainFields
  return {
    ...plain,
    file: toBundlePath(request.file),
    work: { kind: 'call', argsJson },
    contextJson,
    limits,
    ...(request.limits !== undefined && { askedLimits: askedLimitsOf(request.limits) }),
  }
}
