import { z } from 'zod'
import { shown } from './describe-issue.ts'

/**
 * A name or another string of some form that is no secret: what is refused is shown.
 *
 * @param expected what would be right, as in "expected …"
 */
export function patternSchema(pattern: RegExp, expected: string): z.ZodString {
  const error = ({ input }: { readonly input?: unknown }): string =>
    `expected ${expected}, found ${shown(input)}`
  return z.string({ error }).regex(pattern, { error })
}
