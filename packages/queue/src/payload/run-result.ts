import {
  workResultSchema,
  usageSchema,
  type WorkResult,
  type IsolatedRuntimeError,
} from '@isolated-runtime/protocol'
import { z } from 'zod'
import { payloadRefSchema } from './payload-ref.ts'

export const stowedOutcomeSchema = z.strictObject({
  status: z.enum(workResultSchema.options.map(({ shape }) => shape.status.value)),
  usage: usageSchema,
  payload: payloadRefSchema,
})

/** An outcome whose value, log or error lies beside its job. */
export type StowedOutcome = z.infer<typeof stowedOutcomeSchema>
/** An outcome as its job holds it: a small one as it is. */
export type StoredOutcome = WorkResult | StowedOutcome

/** How a run ended for the queue: with an outcome, or with platform trouble that says nothing about the guest. */
export type RunResult =
  | { readonly kind: 'outcome'; readonly outcome: WorkResult }
  /** An outcome that is still to be fetched from beside its job. */
  | { readonly kind: 'stowed'; readonly stowed: StowedOutcome }
  | { readonly kind: 'trouble'; readonly error: IsolatedRuntimeError }
