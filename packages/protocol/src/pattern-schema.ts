import { z } from 'zod'
import { kindOf } from './describe-issue.ts'

const MAX_SHOWN_CHARS = 60

/**
 * A name or another string of some form that is no secret: what is refused is shown.
 *
 * @param expected what would be right, as in "expected …"
 */
export function patternSchema(pattern: RegExp, expected: string): z.ZodString {
  const error = ({ input }: { readonly input?: unknown }): string =>
    `expected ${expected}, found ${typeof input === 'string' ? quoted(input) : kindOf(input)}`
  return z.string({ error }).regex(pattern, { error })
}

function quoted(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text)
}
