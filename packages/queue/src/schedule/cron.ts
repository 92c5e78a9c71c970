import { shown } from '@isolated-runtime/protocol'
import { CronExpressionParser, type CronFieldCollection } from 'cron-parser'
import { z } from 'zod'
import { calendarTimes } from './calendar-times.ts'

const NAMED = /^@(?:yearly|annually|monthly|weekly|daily|hourly)$/
/** Of cron-parser: a time that is made up anew each time it is asked for. */
const RANDOM = /(?:^|[\s,])H(?![A-Z])/i

interface Field {
  readonly name: string
  readonly values: number
  /** What it may be besides numbers, names, ranges, lists and steps. */
  readonly special?: RegExp
  readonly specialText?: string
}

const FIELDS: readonly Field[] = [
  { name: 'second', values: 60 },
  { name: 'minute', values: 60 },
  { name: 'hour', values: 24 },
  { name: 'day of the month', values: 31, special: /^L$/i, specialText: ', or "L" for the last' },
  { name: 'month', values: 12 },
  {
    name: 'day of the week',
    values: 7,
    special: /^(?:\d|[a-z]{3})(?:L|#[1-5])$/i,
    specialText: ', or one such as "5L" for the last Friday or "1#2" for the second Monday of a month',
  },
]
const VALUE = String.raw`(?:\d+|[a-z]{3})`
const PART = new RegExp(`^(?:[*?]|${VALUE}(?:-${VALUE})?)(?:/(\\d+))?$`, 'i')

/**
 * A cron expression: minute, hour, day of the month, month and day of the week, with seconds before them if there are
 * six fields; or `@hourly`, `@daily`, `@weekly`, `@monthly` or `@yearly`.
 */
export const cronSchema = z
  .string()
  .trim()
  .max(256)
  .superRefine((expression, context) => {
    const problem = problemOf(expression)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  })

/** The name of a time zone, such as `Europe/Berlin`. */
export const timeZoneSchema = z
  .string()
  .max(64)
  .refine(isTimeZone, {
    error: ({ input }) => `expected a time zone, such as "Europe/Berlin" or "UTC", found ${shown(input)}`,
  })

/** The fields of a cron expression. @throws Error for what {@link cronSchema} would refuse */
export function parseCron(expression: string): CronFieldCollection {
  return CronExpressionParser.parse(expression).fields
}

function problemOf(expression: string): string | undefined {
  if (!NAMED.test(expression)) {
    const fields = expression.split(/\s+/)
    if (fields.length !== 5 && fields.length !== 6) {
      return `expected a cron expression of 5 fields, or of 6 with seconds, such as "0 3 * * *", found ${fields.length}`
    }
    if (RANDOM.test(expression)) return 'expected a cron expression with fixed times, found "H"'
    const problem = fields
      .map((field, index) => fieldProblem(field, FIELDS[index + FIELDS.length - fields.length]))
      .find((found) => found !== undefined)
    if (problem !== undefined) return problem
  }
  try {
    const isEverDue = calendarTimes(parseCron(expression), 'UTC', Date.now()).next().done !== true
    return isEverDue ? undefined : 'expected a cron expression that is due at some time, there is no such day'
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return `expected a cron expression such as "0 3 * * *": ${reason}`
  }
}

function fieldProblem(field: string, kind: Field | undefined): string | undefined {
  if (kind === undefined) return undefined
  for (const part of field.split(',')) {
    const step = PART.exec(part)
    if (step === null && kind.special?.test(part) !== true) {
      return `expected a ${kind.name} of numbers, names, ranges, lists and steps${kind.specialText ?? ''}, found ${JSON.stringify(part)}`
    }
    // cron-parser takes "*/90" for once an hour.
    if (Number(step?.[1] ?? 1) > kind.values) {
      return `expected a step of ${kind.values} at most in the ${kind.name}, found ${JSON.stringify(part)}`
    }
  }
  return undefined
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
