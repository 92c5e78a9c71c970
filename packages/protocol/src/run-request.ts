import { z } from 'zod'
import { toBundlePath } from './bundle-path.ts'
import { deadlineFields } from './call-end.ts'
import { ANY_OBJECT, codeFields, oneOf, withFile } from './code-fields.ts'
import { globalsSchema } from './globals.ts'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import { toJson } from './json.ts'
import { askedLimitsOf, partialLimitsSchema, resolveLimits, type LimitName, type Limits } from './limits.ts'
import { parse } from './parse.ts'
import { patternSchema } from './pattern-schema.ts'
import { realmKindSchema, type RealmKind } from './realm-kind.ts'
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
  /** The name of an exported function of that file. */
  funcName: z.string().min(1).max(256),
  /** Globals for the guest, as JSON values. */
  context: globalsSchema.optional(),
  /** Whether the context, with all that is in it, cannot be changed by the guest. @default false */
  freezeContext: z.boolean().default(false),
  limits: partialLimitsSchema.optional(),
  /** How the run gets its globals. @default 'fresh' */
  realm: realmKindSchema.default('fresh'),
  /** Who the code belongs to. @default 'default' */
  tenant: tenantSchema.default('default'),
}

/** The fields every way of running once shares. */
const call = {
  ...sharedCallFields,
  /** JSON values. @default [] */
  args: z.array(z.unknown()).default([]),
  /** Whether the guest gets the function `reportProgress`. @default false */
  progress: z.boolean().optional(),
}

/** A run of one function, as callers of the library write it. */
export const localRunRequestSchema = z
  .strictObject({ ...call, ...codeFields, ...retryFields, ...deadlineFields })
  .superRefine(oneOf('folder', 'source'), ANY_OBJECT)
  .transform(withFile)

export type LocalRunRequest = z.input<typeof localRunRequestSchema>

/** A run of one function, with its values already JSON text: what crosses queues and pipes. */
export interface RunCall {
  readonly file: string
  readonly funcName: string
  readonly argsJson: string
  /** Where the run is a chunk of a map, the argument list of each item, as JSON; `argsJson` is not used then. */
  readonly items?: readonly string[] | undefined
  /** Whether each item is a run of its own, in a realm of its own; only together with `items`. @default false */
  readonly ownRealms?: boolean | undefined
  readonly contextJson?: string | undefined
  /** @default false */
  readonly freezeContext?: boolean | undefined
  readonly limits: Limits
  /** Which of the limits the caller asked for: an executor refuses these over its ceilings, and lowers others. */
  readonly askedLimits?: readonly LimitName[] | undefined
  /** @default 'fresh' */
  readonly realm?: RealmKind | undefined
  readonly tenant: string
  /** Whether the guest gets the function `reportProgress`. @default false */
  readonly progress?: boolean | undefined
}

/** The call alone, of what holds more besides it. */
export function pickCall(run: RunCall): RunCall {
  const { file, funcName, argsJson, items, ownRealms, contextJson, freezeContext } = run
  const { limits, realm, tenant, progress } = run
  return {
    file,
    funcName,
    argsJson,
    items,
    ownRealms,
    contextJson,
    freezeContext,
    limits,
    realm,
    tenant,
    progress,
  }
}

type ParsedCall = Omit<z.output<typeof localRunRequestSchema>, 'folder' | 'source' | 'retries' | 'deadlineMs'>

export const callFields = call

/** The most a request may ask for, and who asks when it does not say. */
export interface CallDefaults {
  readonly ceilings?: Limits
}

/** @throws `INVALID_REQUEST`, `ARGUMENTS_NOT_JSON` or `ARGUMENTS_TOO_LARGE` */
export function parseRequest<S extends z.ZodType>(schema: S, request: unknown): z.output<S> {
  return parse(schema, request, 'run request', 'INVALID_REQUEST')
}

/** Resolves limits and path, and turns values into JSON text. */
export function encodeCall(request: ParsedCall, { ceilings }: CallDefaults = {}): RunCall {
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
  return {
    file: toBundlePath(request.file),
    funcName: request.funcName,
    argsJson,
    contextJson,
    freezeContext: request.freezeContext,
    limits,
    ...(request.limits !== undefined && { askedLimits: askedLimitsOf(request.limits) }),
    realm: request.realm,
    tenant: request.tenant,
    progress: request.progress,
  }
}
