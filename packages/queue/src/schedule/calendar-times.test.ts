import { describe, expect, test } from 'vitest'
import { calendarTimes } from './calendar-times.ts'
import { parseCron } from './cron.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const FIRST_YEAR = 2025
const YEARS = 3

/** A change of the clocks of a zone, and what they showed before and after it, as if in UTC. */
interface Change {
  readonly zone: string
  readonly at: number
  readonly shownBefore: number
  readonly shownAfter: number
}

function changesOf(zone: string): Change[] {
  const changes: Change[] = []
  const end = Date.UTC(FIRST_YEAR + YEARS)
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(
    Date.UTC(FIRST_YEAR),
  ).toZonedDateTimeISO(zone)
  for (;;) {
    const before: Temporal.ZonedDateTime = at
    at = before.getTimeZoneTransition('next')
    if (at === null || at.epochMilliseconds >= end) return changes
    const { epochMilliseconds, offsetNanoseconds } = at
    const offsetBefore = at.subtract({ milliseconds: 1 }).offsetNanoseconds / 1e6
    changes.push({
      zone,
      at: epochMilliseconds,
      shownBefore: epochMilliseconds + offsetBefore,
      shownAfter: epochMilliseconds + offsetNanoseconds / 1e6,
    })
  }
}

/** One change of each kind: from which local time to which. */
function kindsOfChanges(): [string, Change][] {
  const kinds = new Map<string, Change>()
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    for (const change of changesOf(zone)) {
      const [before, after] = [change.shownBefore, change.shownAfter].map((shown) =>
        new Date(shown).toISOString(),
      )
      const kind = `${before} to ${after}`
      kinds.set(kind, change)
    }
  }
  return [...kinds]
}

/** Expressions that are due around the times that clocks skip or repeat. */
function expressionsAt({ shownBefore, shownAfter }: Change): string[] {
  const first = new Date(Math.min(shownBefore, shownAfter))
  const [minute, hour] = [first.getUTCMinutes(), first.getUTCHours()]
  const inside = (minute + 15) % 60
  const day = `${first.getUTCDate()} ${first.getUTCMonth() + 1} *`
  return [
    `${minute} ${hour} * * *`,
    `${inside} ${hour} * * *`,
    `${inside} ${hour} ${day}`,
    `${inside},${(inside + 30) % 60} ${hour},${(hour + 1) % 24} * * *`,
    `${inside} ${hour} * * ${first.getUTCDay()}`,
    `59 ${(hour + 23) % 24} * * *`,
    '0 0 * * *',
    '30 23 * * *',
    '0 * * * *',
    '30 * * * *',
    '*/20 * * * *',
    `* ${hour} * * *`,
    `*/10 ${hour} * * *`,
  ]
}

/** A local time, and a time at which clocks show it, or the time that Temporal takes for one that they skip. */
interface Shown {
  readonly minute: number
  readonly hour: number
  readonly day: number
  readonly month: number
  /** 0 is Sunday. */
  readonly weekday: number
  readonly at: number
}

const WINDOW_MINUTES = 32 * 60

/** Each minute of the time around a change, and each local minute. */
function minutesAround({ zone, at }: Change): { readonly passing: Shown[]; readonly local: Shown[] } {
  const first = Temporal.Instant.fromEpochMilliseconds(at - WINDOW_MINUTES * MINUTE_MS).toZonedDateTimeISO(
    zone,
  )
  const minutes = Array.from({ length: 2 * WINDOW_MINUTES }, (_, minute) => minute)
  return {
    passing: minutes.map((minute) => {
      const zoned = first.add({ minutes: minute })
      return shownAt(zoned.toPlainDateTime(), zoned.epochMilliseconds)
    }),
    local: minutes.map((minute) => {
      const local = first.toPlainDateTime().add({ minutes: minute })
      return shownAt(local, local.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds)
    }),
  }
}

function shownAt({ minute, hour, day, month, dayOfWeek }: Temporal.PlainDateTime, at: number): Shown {
  return { minute, hour, day, month, weekday: dayOfWeek % 7, at }
}

/** When an expression of minutes is due, by the rules in plain words. */
function expected(expression: string, { passing, local }: ReturnType<typeof minutesAround>): number[] {
  const fields = parseCron(expression)
  const [minutes, hours] = [new Set<unknown>(fields.minute.values), new Set<unknown>(fields.hour.values)]
  const [days, months] = [new Set<unknown>(fields.dayOfMonth.values), new Set<unknown>(fields.month.values)]
  const weekdays = new Set<unknown>(fields.dayOfWeek.values)
  const isHourly = hours.size === 24
  const looked = [...(isHourly || minutes.size === 60 ? passing : []), ...(isHourly ? [] : local)]
  const times = looked
    .filter(({ minute, hour, month }) => minutes.has(minute) && hours.has(hour) && months.has(month))
    .filter(({ day, weekday }) => days.has(day) && weekdays.has(weekday))
    .map(({ at }) => at)
  return [...new Set(times)].toSorted((a, b) => a - b)
}

/** The times of an expression after one time and before another. */
function timesBetween(expression: string, zone: string, after: number, before: number): number[] {
  const times: number[] = []
  for (const time of calendarTimes(parseCron(expression), zone, after + 1)) {
    if (time >= before) break
    times.push(time)
  }
  return times
}

describe('changes of clocks', () => {
  test('every kind of change in all zones of three years, for schedules made before, in and after it', () => {
    const kinds = kindsOfChanges()
    expect(kinds.length).toBeGreaterThan(60)
    for (const [kind, change] of kinds) {
      const { zone, at } = change
      const [from, to] = [at - DAY_MS, at + DAY_MS]
      const minutes = minutesAround(change)
      for (const expression of expressionsAt(change)) {
        const all = expected(expression, minutes)
        for (const after of [from, at - HOUR_MS, at - 1, at, at + 20 * MINUTE_MS, at + HOUR_MS]) {
          const found = timesBetween(expression, zone, after, to)
          const right = all.filter((time) => time > after && time < to)
          expect(found, `${expression} in ${zone} after ${after} (${kind})`).toEqual(right)
        }
      }
    }
  })
})

const UTC_START = Date.UTC(2027, 0, 1)

function firstDays(expression: string, count = 4): string[] {
  return calendarTimes(parseCron(expression), 'UTC', UTC_START)
    .take(count)
    .map((time) => new Date(time).toISOString().slice(0, 10))
    .toArray()
}

describe('days', () => {
  test.each([
    ['the last of a month', '0 0 L * *', ['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30']],
    ['the last Friday of a month', '0 0 * * 5L', ['2027-01-29', '2027-02-26', '2027-03-26', '2027-04-30']],
    ['the second Monday of a month', '0 0 * * 1#2', ['2027-01-11', '2027-02-08', '2027-03-08', '2027-04-12']],
    ['Sundays, as 7', '0 0 * * 7', ['2027-01-03', '2027-01-10', '2027-01-17', '2027-01-24']],
    ['the 29th of February', '0 0 29 2 *', ['2028-02-29', '2032-02-29', '2036-02-29', '2040-02-29']],
    [
      'the first of a month, and Mondays',
      '0 0 1 * 1',
      ['2027-01-01', '2027-01-04', '2027-01-11', '2027-01-18'],
    ],
    ['Mondays of one month', '0 0 * 5 mon', ['2027-05-03', '2027-05-10', '2027-05-17', '2027-05-24']],
  ])('%s', (_, expression, days) => {
    expect(firstDays(expression)).toEqual(days)
  })

  test('come in the first two hundred years as well', () => {
    expect(firstDays('0 0 1 1 *', 200).at(-1)).toBe('2226-01-01')
  })
})
