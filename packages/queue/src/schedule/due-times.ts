import { calendarTimes } from './calendar-times.ts'
import { parseCron } from './cron.ts'
import type { Timing } from './timing.ts'

export interface DueTimesOptions {
  /** Only times after it count. */
  readonly after: number
  /** When the schedule got its timing: without `startAt`, its intervals begin there. */
  readonly since: number
}

/**
 * When a schedule is due, in order; its `limit` is not counted here. Intervals are due at `startAt`, or one interval
 * after the schedule was made, and from then on by the clock, whatever happens to the schedule.
 */
export function dueTimes(timing: Timing, options: DueTimesOptions): Generator<number, undefined> {
  return untilEnd(
    timing.kind === 'every' ? intervals(timing, options) : calendar(timing, options),
    timing.endAt,
  )
}

function* untilEnd(times: Iterable<number>, endAt = Infinity): Generator<number, undefined> {
  for (const time of times) {
    if (time > endAt) return
    yield time
  }
}

function* intervals(
  { everyMs, startAt }: Extract<Timing, { kind: 'every' }>,
  { after, since }: DueTimesOptions,
): Generator<number> {
  const first = startAt ?? since + everyMs
  const behind = after < first ? 0 : Math.floor((after - first) / everyMs) + 1
  for (let time = first + behind * everyMs; ; time += everyMs) yield time
}

function calendar(
  { cron, timeZone, startAt = -Infinity }: Extract<Timing, { kind: 'cron' }>,
  { after }: DueTimesOptions,
): Generator<number, undefined> {
  // `startAt` itself counts.
  return calendarTimes(parseCron(cron), timeZone, Math.floor(Math.max(after, startAt - 1)) + 1)
}
