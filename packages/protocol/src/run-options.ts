import { z } from 'zod'
import { expecting } from './describe-issue.ts'
import { parse } from './parse.ts'

/** What every call that runs something takes beside its request. */
export const runOptionsSchema = z.strictObject({
  signal: z.instanceof(AbortSignal, { error: expecting('an AbortSignal') }).optional(),
})

export interface RunOptions {
  /** Ends the run as `cancelled`, for everybody who waits for it. Its reason is told in the outcome. */
  readonly signal?: AbortSignal | undefined
}

/** @throws `INVALID_OPTIONS` */
export function parseRunOptions(options: RunOptions): RunOptions {
  return parse(runOptionsSchema, options, 'run options', 'INVALID_OPTIONS')
}
