import { z } from 'zod'
import { jsonArrayTextSchema, jsonObjectTextSchema } from './json-text.ts'
import { LOG_LEVELS } from './log-entry.ts'
import { limitNamesSchema, limitsSchema } from './limits.ts'
import { MAX_BATCH_ITEMS } from './batch-limits.ts'
import { realmKindSchema } from './realm-kind.ts'

/**
 * The fields of a call that are sent as callers write them. One more is written here and read where it is used: requests,
 * messages, frames and tasks carry the whole call.
 */
export const plainCallFields = {
  /** The name of an exported function of the file. */
  funcName: z.string().min(1).max(256),
  /** Whether the context, with all that is in it, cannot be changed by the guest. @default false */
  freezeContext: z.boolean().default(false),
  /** How the run gets its globals. @default 'fresh' */
  realm: realmKindSchema.default('fresh'),
  /** The least level of the console lines that are kept: lines below it cost no room in the log. @default 'debug' */
  logLevel: z.enum(LOG_LEVELS).optional(),
}

/** The same of a single call, which those of many calls do not have. */
export const singleCallFields = {
  /** Whether the guest gets the function `reportProgress`. @default false */
  progress: z.boolean().optional(),
}

const batchRealmsSchema = z.enum(['shared', 'own'])

/** What a function is called with: one argument list, or one for each item of a batch. All are JSON. */
export const workSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('call'), argsJson: jsonArrayTextSchema }),
  z.strictObject({
    kind: z.literal('batch'),
    items: z.array(jsonArrayTextSchema).min(1).max(MAX_BATCH_ITEMS).readonly(),
    /** `'shared'`: all items run in one realm; `'own'`: each is a run of its own, in a realm of its own. */
    realms: batchRealmsSchema,
  }),
])

export type Work = z.infer<typeof workSchema>

/** The kind of a work, without its values. */
export const workKindSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('call') }),
  z.strictObject({ kind: z.literal('batch'), realms: batchRealmsSchema }),
])

/** What a guest is called with: a file, a function, values as JSON text, and limits. */
export const callSchema = z.strictObject({
  ...plainCallFields,
  ...singleCallFields,
  /** A path inside the bundle. */
  file: z.string().startsWith('/'),
  work: workSchema,
  /** Globals for the guest. */
  contextJson: jsonObjectTextSchema.optional(),
  limits: limitsSchema,
  /** Which of the limits the caller asked for: an executor refuses these over its ceilings, and lowers others. */
  askedLimits: limitNamesSchema.readonly().optional(),
})

/** A call, built once by `encodeCall`; queues, pipes and threads pass it on whole. */
export type Call = z.infer<typeof callSchema>

/** A call of one argument list. */
export type SingleCall = Call & { readonly work: Extract<Work, { kind: 'call' }> }

/** The argument lists of a work, as JSON: one for each call that it makes. */
export function argumentsOf(work: Work): readonly string[] {
  return work.kind === 'call' ? [work.argsJson] : work.items
}
