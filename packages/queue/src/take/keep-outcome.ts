import { keepOutcomeMsSchema } from '@isolated-runtime/protocol'
import { z } from 'zod'

const wishSchema = z.object({ keepOutcomeMs: keepOutcomeMsSchema })

/** How long the outcome of a run is to be kept, by its message, which may be malformed, in milliseconds. */
export function keepMsOf(message: unknown, defaultMs: number): number {
  return wishSchema.safeParse(message).data?.keepOutcomeMs ?? defaultMs
}
