import { z } from 'zod'
import { bundleIdSchema } from './bundle.ts'
import { jsonArrayTextSchema, jsonObjectTextSchema } from './json-text.ts'
import { limitNamesSchema, limitsSchema } from './limits.ts'
import { MAX_CHUNK_ITEMS } from './map/chunk-limits.ts'
import { keepOutcomeMsSchema } from './keep-outcome.ts'
import { realmKindSchema } from './realm-kind.ts'
import { retriesSchema } from './retries.ts'
import { runIdSchema, tenantSchema } from './run-request.ts'

/** The fields of a run as it lies on the queue. */
export const runMessageFieldsSchema = z.strictObject({
  /** Raised when a field changes its meaning, so that an old executor refuses rather than misreads. */
  version: z.literal(1),
  id: runIdSchema,
  tenant: tenantSchema,
  bundle: bundleIdSchema,
  /** A path inside the bundle. */
  file: z.string().startsWith('/'),
  funcName: z.string().min(1),
  argsJson: jsonArrayTextSchema,
  /** Where the run is a chunk of a map, the argument list of each item; `argsJson` is not used then. */
  items: z.array(jsonArrayTextSchema).min(1).max(MAX_CHUNK_ITEMS).readonly().optional(),
  /** Whether each item is a run of its own, in a realm of its own; only together with `items`. @default false */
  ownRealms: z.boolean().optional(),
  contextJson: jsonObjectTextSchema.optional(),
  /** @default false */
  freezeContext: z.boolean().optional(),
  limits: limitsSchema,
  /** Which of the limits the caller asked for; the others are defaults, which executors may lower. */
  askedLimits: limitNamesSchema.readonly().optional(),
  realm: realmKindSchema.optional(),
  /** The client whose reply inbox gets the outcome. */
  replyTo: z.string().min(1),
  /** By the clock of its client, in milliseconds since the epoch: no other time may be compared with it but `expiresAt`. */
  submittedAt: z.number(),
  /** A run not taken by then is `expired`; by the same clock. {@link startsWithinMs} gives the time in between. */
  expiresAt: z.number(),
  /** How long after it was submitted it is to be over, in milliseconds, whatever it is at. */
  deadlineMs: z.int().min(1).optional(),
  /** When it is tried again; not at all if absent, unless its executor is lost. */
  retries: retriesSchema.optional(),
  /** Whether its log is told while it goes on. @default false */
  live: z.boolean().optional(),
  /** Whether the guest gets the function `reportProgress`, and what it reports is told. @default false */
  progress: z.boolean().optional(),
  /** How long its outcome is kept, if not as long as others. */
  keepOutcomeMs: keepOutcomeMsSchema.optional(),
})

/** How long after it was submitted a run may be taken for the first time, its delay included, in milliseconds. */
export function startsWithinMs(run: { readonly submittedAt: number; readonly expiresAt: number }): number {
  return run.expiresAt - run.submittedAt
}

/** Whether `ownRealms` is there only together with `items`: a check for a schema of a run. */
export function hasItemsForOwnRealms(run: {
  readonly items?: readonly unknown[] | undefined
  readonly ownRealms?: boolean | undefined
}): boolean {
  return run.ownRealms === undefined || run.items !== undefined
}

/** What is said where {@link hasItemsForOwnRealms} does not hold. */
export const OWN_REALMS_WITHOUT_ITEMS = {
  path: ['ownRealms'],
  error: 'expected only together with "items"',
}

/** A run as it lies on the queue. */
export const runMessageSchema = runMessageFieldsSchema.refine(hasItemsForOwnRealms, OWN_REALMS_WITHOUT_ITEMS)

export type RunMessage = z.infer<typeof runMessageSchema>
