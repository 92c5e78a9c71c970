import {
  ANY_OBJECT,
  bundleReferenceSchema,
  callFields,
  chosenRunIdSchema,
  codeFields,
  deadlineFields,
  keepOutcomeMsSchema,
  oneOf,
  retryFields,
  tenantSchema,
  withFile,
} from '@isolated-runtime/protocol'
import { z } from 'zod'
import { expiresInMsSchema } from './options.ts'

/** The fields that one run on the fleet and many share. */
export const fleetFields = {
  /** Who the code belongs to. @default the client's tenant */
  tenant: tenantSchema.optional(),
  /** How long a run may wait for an executor, in milliseconds. @default the client's `expiresInMs` */
  expiresInMs: expiresInMsSchema.optional(),
  /** Orders the runs of the tenant among themselves, higher first. @default 0 */
  priority: z.int().min(-1_000).max(1_000).optional(),
}

/** The fields of one run that those of a schedule have as well. */
export const singleRunFields = {
  ...retryFields,
  /** Whether its log can be read by `logs()` of its handle while it goes on. @default false */
  live: z.boolean().optional(),
  /** How long the outcome is kept once the run is over, in milliseconds. @default as the executors are set */
  keepOutcomeMs: keepOutcomeMsSchema.optional(),
}

/** A run of one function on the fleet, as callers write it. */
export const runRequestSchema = z
  .strictObject({
    ...callFields,
    // A folder or source is deployed when the fleet does not have it as it is now.
    ...codeFields,
    ...fleetFields,
    ...singleRunFields,
    ...deadlineFields,
    /** What was deployed before, instead: the id of a bundle, or an alias of the tenant. */
    bundle: bundleReferenceSchema.optional(),
    /**
     * The name of the run, unique in its tenant: the same request under the id of a run that is there joins that run,
     * another one is refused. @default a random one
     */
    id: chosenRunIdSchema.optional(),
    /** Whether the guest gets its id as the global `runId`: a key for what must not happen twice. @default false */
    exposeRunId: z.boolean().optional(),
    /** How long the run is held back first, in milliseconds. @default 0 */
    delayMs: z
      .int()
      .min(0)
      .max(365 * 24 * 3_600_000)
      .optional(),
  })
  .superRefine(oneOf('folder', 'bundle', 'source'), ANY_OBJECT)
  .transform(withFile)

export type RunRequest = z.input<typeof runRequestSchema>
