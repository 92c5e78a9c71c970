import { parse } from '@isolated-runtime/protocol'
import { z } from 'zod'

const runOptionsSchema = z.strictObject({
  signal: z.instanceof(AbortSignal, { error: 'expected an AbortSignal' }).optional(),
})

export interface RunOptions {
  /** Ends the run as `cancelled`. */
  readonly signal?: AbortSignal | undefined
}

/** @throws `INVALID_OPTIONS` */
export function parseRunOptions(options: RunOptions): RunOptions {
  return parse(runOptionsSchema, options, 'run options', 'INVALID_OPTIONS')
}
