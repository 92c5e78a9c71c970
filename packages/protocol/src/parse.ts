import type { z } from 'zod'
import { describeIssue } from './describe-issue.ts'
import type { ErrorCode } from './error-codes.ts'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import { parseJsonInSlices } from './json/parse-json-in-slices.ts'
import { describeUnknownKeys } from './unknown-keys.ts'

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
  const parsed = schema.safeParse(input, { error: describeIssue })
  if (parsed.success) return parsed.data
  const problems = withoutEchoes(parsed.error.issues).map((issue) =>
    describe(
      issue.path,
      issue.code === 'unrecognized_keys'
        ? describeUnknownKeys(schema, issue.path, issue.keys)
        : issue.message,
    ),
  )
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

/** Parses JSON of a guest; if it is large, others have the event loop in between. @throws `INVALID_MESSAGE` */
export async function parseGuestJson(text: string, what: string): Promise<unknown> {
  try {
    return await parseJsonInSlices(text)
  } catch (cause) {
    throw new IsolatedRuntimeError('INVALID_MESSAGE', `Invalid ${what}: it is not JSON`, { cause })
  }
}

/** What is of the wrong type has no size to speak of, but zod looks at that as well. */
function withoutEchoes(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const ofWrongType = new Set<string>()
  return issues.filter(({ code, path }) => {
    const place = JSON.stringify(path.map(String))
    if (ofWrongType.has(place)) return false
    if (code === 'invalid_type') ofWrongType.add(place)
    return true
  })
}

function describe(path: PropertyKey[], message: string): string {
  const sentence = message.charAt(0).toLowerCase() + message.slice(1)
  return path.length === 0 ? sentence : `"${path.map(String).join('.')}": ${sentence}`
}
