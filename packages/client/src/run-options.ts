import { parse } from '@isolated-runtime/protocol'
import { z } from 'zod'

const runOptionsSchema = z.strictObject({
  signal: z.instanceof(AbortSignal, { error: 'expected an AbortSignal' }).optional(),
})

export interface RunOptions {
  /** Cancels the run itself, for everybody who waits for it. Its reason is told in the outcome. */
  readonly signal?: AbortSignal | undefined
}

/** @throws `INVALID_OPTIONS` */
export function parseRunOptions(options: RunOptions): RunOptions {
  return parse(runOptionsSchema, options, 'run options', 'INVALID_OPTIONS')
}
