import { z } from 'zod'
import { bundleIdSchema } from './bundle.ts'
import { callSchema } from './call.ts'
import { keepOutcomeMsSchema } from './keep-outcome.ts'
import { retriesSchema } from './retries.ts'
import { runIdSchema, tenantSchema } from './run-request.ts'

/** Raised when a message changes. */
export const RUN_MESSAGE_VERSION = 2

/** A run as it lies on the queue: a call, whose it is, and where its outcome goes. */
export const runMessageSchema = z.strictObject({
  /** Clients and executors of a queue have the same; others refuse the run rather than misread it. */
  version: z.literal(RUN_MESSAGE_VERSION),
  id: runIdSchema,
  tenant: tenantSchema,
  bundle: bundleIdSchema,
  call: callSchema,
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
  /** How long its outcome is kept, if not as long as others. */
  keepOutcomeMs: keepOutcomeMsSchema.optional(),
})

/** How long after it was submitted a run may be taken for the first time, its delay included, in milliseconds. */
export function startsWithinMs(run: { readonly submittedAt: number; readonly expiresAt: number }): number {
  return run.expiresAt - run.submittedAt
}

export type RunMessage = z.infer<typeof runMessageSchema>
