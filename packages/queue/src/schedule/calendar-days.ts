import type { CronFieldCollection } from 'cron-parser'

const DAY_MS = 86_400_000

type DayFields = Pick<CronFieldCollection, 'dayOfMonth' | 'dayOfWeek' | 'month'>

/**
 * Whether a cron expression is for a day. Where both the day of the month and the day of the week are restricted, one
 * of them is enough, as in every cron.
 *
 * @param day midnight of the day, in milliseconds since the epoch, as if in UTC
 */
export function isDayOf({ dayOfMonth, dayOfWeek, month }: DayFields, day: number): boolean {
  const date = new Date(day)
  if (!month.values.some((value) => value === date.getUTCMonth() + 1)) return false
  const isByMonth = isDayOfMonth(dayOfMonth, date)
  const isByWeek = isDayOfWeek(dayOfWeek, date)
  const isEither = !dayOfMonth.isWildcard && !dayOfWeek.isWildcard
  return isEither ? isByMonth || isByWeek : isByMonth && isByWeek
}

function isDayOfMonth({ values }: DayFields['dayOfMonth'], date: Date): boolean {
  return values.some((value) => (value === 'L' ? isInLastDays(date, 1) : value === date.getUTCDate()))
}

function isDayOfWeek({ values, nthDay }: DayFields['dayOfWeek'], date: Date): boolean {
  const weekday = date.getUTCDay()
  const isNth = nthDay === 0 || Math.ceil(date.getUTCDate() / 7) === nthDay
  // "5L" is the last Friday of the month. Sunday is 0 and 7.
  return values.some((value) =>
    typeof value === 'string'
      ? Number.parseInt(value, 10) % 7 === weekday && isInLastDays(date, 7)
      : value % 7 === weekday && isNth,
  )
}

function isInLastDays(date: Date, days: number): boolean {
  return new Date(date.getTime() + days * DAY_MS).getUTCMonth() !== date.getUTCMonth()
}
