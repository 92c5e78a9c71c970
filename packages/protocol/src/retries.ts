import { z } from 'zod'
import { longestMsOf } from './map/chunk-limits.ts'

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

/** The pause after so many failed attempts, in milliseconds. */
export function pauseAfter(failed: number, { backoffMs }: Pick<Retries, 'backoffMs'>): number {
  return backoffMs * 2 ** (failed - 1)
}

/** The last moment at which a run can end that an executor takes in time, in milliseconds since the epoch. */
export function latestEndOf(
  run: Parameters<typeof longestMsOf>[0] & {
    readonly expiresAt: number
    readonly retries?: Retries | undefined
  },
): number {
  const { attempts = 1, backoffMs = 0 } = run.retries ?? {}
  // The sum of all pauses.
  return run.expiresAt + attempts * longestMsOf(run) + backoffMs * (2 ** (attempts - 1) - 1)
}
