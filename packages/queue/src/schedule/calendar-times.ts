import type { CronFieldCollection } from 'cron-parser'
import { isDayOf } from './calendar-days.ts'
import { zonePeriods, type ZonePeriod } from './zone-periods.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** Every date of the Gregorian calendar, with its day of the week, has come by then. */
const HORIZON_MS = 40 * 366 * DAY_MS

/**
 * When a cron expression is due in a time zone, in order, each time once and later than the one before.
 *
 * Where clocks go forward, a time that they skip is due as much later as the gap is long. Where they go back, a time
 * that they show twice is due the first time. Two kinds of expressions go by how time passes instead:
 *
 * - one for every hour is due whenever clocks show its minute: twice, or not at all;
 * - one for every minute of some hours is due in the repeated hour as well.
 *
 * Ends when nothing is due for forty years.
 *
 * @param from the first time that counts, in whole milliseconds since the epoch
 */
export function* calendarTimes(
  fields: CronFieldCollection,
  timeZone: string,
  from: number,
): Generator<number, undefined> {
  const isHourly = fields.hour.values.length === 24
  const isRepeated = isHourly || fields.minute.values.length === 60
  let last = from - 1
  for (const period of zonePeriods(timeZone, from)) {
    const times = inOrder(
      isHourly ? [] : skippedTimes(fields, period),
      shownTimes(fields, period, Math.max(last + 1, period.start), isRepeated),
    )
    for (const time of times) {
      if (time <= last) continue
      yield time
      last = time
    }
    if (period.end - last > HORIZON_MS) return
  }
}

/** The times that clocks skip at the start of a period, put off by as much as they skip. */
function* skippedTimes(
  fields: CronFieldCollection,
  { start, offset, shownBefore }: ZonePeriod,
): Generator<number> {
  if (start === -Infinity) return
  for (const shown of timesOf(fields, shownBefore, start + offset)) yield start + (shown - shownBefore)
}

/** The times that clocks show in a period, from some time on. */
function* shownTimes(
  fields: CronFieldCollection,
  { end, offset, shownBefore }: ZonePeriod,
  from: number,
  isRepeated: boolean,
): Generator<number> {
  const first = isRepeated ? from + offset : Math.max(from + offset, shownBefore)
  for (const shown of timesOf(fields, first, end + offset)) yield shown - offset
}

/** The local times of an expression from one to before another, as if there were no time zones; ends after forty years without any. */
function* timesOf(fields: CronFieldCollection, from: number, to: number): Generator<number> {
  let latest = from
  for (let day = Math.floor(from / DAY_MS) * DAY_MS; day < to && day - latest < HORIZON_MS; day += DAY_MS) {
    if (!isDayOf(fields, day)) continue
    latest = day
    for (const hour of fields.hour.values) {
      const atHour = day + hour * HOUR_MS
      if (atHour + HOUR_MS <= from || atHour >= to) continue
      for (const minute of fields.minute.values) {
        for (const second of fields.second.values) {
          const time = atHour + minute * MINUTE_MS + second * SECOND_MS
          if (time >= from && time < to) yield time
        }
      }
    }
  }
}

/** Two ordered sequences as one. */
function* inOrder(one: Iterable<number>, other: Iterable<number>): Generator<number> {
  const [a, b] = [Iterator.from(one), Iterator.from(other)]
  let [x, y] = [a.next(), b.next()]
  while (x.done !== true || y.done !== true) {
    if (y.done === true || (x.done !== true && x.value <= y.value)) {
      if (x.done !== true) yield x.value
      x = a.next()
    } else {
      yield y.value
      y = b.next()
    }
  }
}
