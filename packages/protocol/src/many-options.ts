import { z } from 'zod'
import { expecting } from './describe-issue.ts'
import type { Outcome } from './outcome.ts'
import { parse } from './parse.ts'
import { runOptionsSchema, type RunOptions } from './run-options.ts'

const manyOptionsSchema = z.strictObject({
  ...runOptionsSchema.shape,
  onOutcome: z
    .custom<OutcomeListener>((value) => typeof value === 'function', { error: expecting('a function') })
    .optional(),
})

type OutcomeListener = (outcome: Outcome, index: number) => void

/** What calls that run many things take beside their request. */
export interface ManyOptions extends RunOptions {
  /**
   * Called with each outcome as soon as it is there, whatever the order, and with the index of its item or request. What it
   * throws is logged, and does no harm.
   */
  readonly onOutcome?: OutcomeListener | undefined
}

/** @throws `INVALID_OPTIONS` */
export function parseManyOptions(options: ManyOptions): ManyOptions {
  return parse(manyOptionsSchema, options, 'run options', 'INVALID_OPTIONS')
}
