import type { z } from 'zod'
import type { ErrorCode } from './error-codes.ts'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'

/**
 * Parses `input` by `schema`, or throws one error that lists every problem.
 *
 * @param what names the input in the message, as in "Invalid run request: …"
 * @param code `INVALID_REQUEST` or `INVALID_OPTIONS` at the edge, `INVALID_MESSAGE` between the platform's own parts
 */
export function parse<S extends z.ZodType>(
  schema: S,
  input: unknown,
  what: string,
  code: ErrorCode,
): z.output<S> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => describe(issue.path, issue.message))
  throw new IsolatedRuntimeError(code, `Invalid ${what}: ${problems.join('; ')}`)
}

/** Parses JSON text by `schema`; text that is no JSON is reported like any other problem. */
export function parseJson<S extends z.ZodType>(
  schema: S,
  text: string,
  what: string,
  code: ErrorCode,
): z.output<S> {
  let input: unknown
  try {
    input = JSON.parse(text)
  } catch (cause) {
    throw new IsolatedRuntimeError(code, `Invalid ${what}: it is not JSON`, { cause })
  }
  return parse(schema, input, what, code)
}

function describe(path: PropertyKey[], message: string): string {
  const sentence = message.charAt(0).toLowerCase() + message.slice(1)
  return path.length === 0 ? sentence : `"${path.map(String).join('.')}": ${sentence}`
}
