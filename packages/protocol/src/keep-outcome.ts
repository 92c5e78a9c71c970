import { z } from 'zod'

/** How long an outcome is kept where nothing else is said, in milliseconds. */
export const DEFAULT_KEEP_OUTCOME_MS = 600_000

/** How long the outcome of one run is kept: a second to a week, in milliseconds. */
export const keepOutcomeMsSchema = z
  .int()
  .min(1_000)
  .max(7 * 24 * 3_600_000)
