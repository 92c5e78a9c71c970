import { z } from 'zod'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import { longestMsOf } from './batch-limits.ts'
import type { WorkResult } from './outcome.ts'

const HOUR_MS = 3_600_000

/** The statuses of failures that a run can be tried again after, on wish. */
const RETRIED_STATUSES = ['failed', 'timed-out', 'out-of-memory', 'crashed'] as const

/** How often, when and after what a run is tried again. */
export const retriesSchema = z.strictObject({
  /** How often the run is tried at most, the first time included. */
  attempts: z.int().min(1).max(10),
  /** The pause before the second attempt, in milliseconds; it doubles with each. @default 1_000 */
  backoffMs: z.int().min(0).max(HOUR_MS).default(1_000),
  /** What of the guest's own doing is tried again, besides trouble of the platform. @default [] */
  on: z.array(z.enum(RETRIED_STATUSES)).readonly().default([]),
})

export type Retries = z.infer<typeof retriesSchema>

/** The field of requests that asks for it. */
export const retryFields = {
  /**
   * When the run is tried again, which may mean that the guest is executed several times; of a map, each item. @default
   * never
   */
  retries: retriesSchema.optional(),
}

/** The pause after this many failed attempts, in milliseconds. */
function pauseAfter(failed: number, { backoffMs }: Pick<Retries, 'backoffMs'>): number {
  return backoffMs * 2 ** (failed - 1)
}

/**
 * How long to wait before a run is tried again, in milliseconds; `undefined` if this attempt was its last.
 *
 * @param failedBefore how many attempts have failed before this one
 */
export function pauseBeforeRetry(
  { retries }: { readonly retries?: Retries | undefined },
  failedBefore: number,
  failure: Pick<WorkResult, 'status'> | IsolatedRuntimeError,
): number | undefined {
  const failed = failedBefore + 1
  if (retries === undefined || failed >= retries.attempts) return undefined
  const isMeant =
    failure instanceof IsolatedRuntimeError
      ? failure.retryable
      : retries.on.some((status) => status === failure.status)
  return isMeant ? pauseAfter(failed, retries) : undefined
}

/** Of the retries of a map, those of a batch as a whole: its items are tried again one by one. */
export function retriesOfBatch(retries: Retries | undefined): Retries | undefined {
  return retries && { ...retries, on: [] }
}

/**
 * How long after it was submitted a run ends at the latest that an executor takes in time, in milliseconds.
 *
 * @param startsWithinMs how long after it was submitted it may be taken for the first time
 */
export function endsWithinMs(
  run: { readonly call: Parameters<typeof longestMsOf>[0]; readonly retries?: Retries | undefined },
  startsWithinMs: number,
): number {
  const { attempts = 1, backoffMs = 0 } = run.retries ?? {}
  // The sum of all pauses.
  return startsWithinMs + attempts * longestMsOf(run.call) + backoffMs * (2 ** (attempts - 1) - 1)
}
