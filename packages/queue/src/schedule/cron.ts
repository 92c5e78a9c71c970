import { CronExpressionParser, type CronExpression } from 'cron-parser'
import { z } from 'zod'

const NAMED = /^@(?:yearly|annually|monthly|weekly|daily|hourly)$/
/** Of cron-parser: a time that is made up anew each time it is asked for. */
const RANDOM = /(?:^|[\s,])H(?![A-Z])/i

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
  .refine(isTimeZone, { error: 'expected a time zone, such as "Europe/Berlin" or "UTC"' })

/** @throws Error for what {@link cronSchema} would refuse */
export function parseCron(expression: string, timeZone: string, after: number): CronExpression {
  return CronExpressionParser.parse(expression, { tz: timeZone, currentDate: new Date(after) })
}

function problemOf(expression: string): string | undefined {
  const fields = expression.split(/\s+/).length
  if (!NAMED.test(expression)) {
    if (fields !== 5 && fields !== 6) {
      return `expected a cron expression of 5 fields, or of 6 with seconds, such as "0 3 * * *", found ${fields}`
    }
    if (RANDOM.test(expression)) return 'expected a cron expression with fixed times, found "H"'
  }
  try {
    parseCron(expression, 'UTC', Date.now()).next()
    return undefined
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return `expected a cron expression such as "0 3 * * *": ${reason}`
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
