import { createRequire } from 'node:module'
import type { Temporal as TemporalPolyfill } from 'temporal-polyfill'

/** A time during which a time zone has one offset from UTC. All in milliseconds; "shown" is local time as if it were UTC. */
export interface ZonePeriod {
  /** Since the epoch; `-Infinity` for the first. */
  readonly start: number
  /** Since the epoch, not part of the period; `Infinity` for the last. */
  readonly end: number
  /** What is added to UTC. */
  readonly offset: number
  /** What clocks showed at the end of the period before. */
  readonly shownBefore: number
}

/** Node.js has `Temporal` from version 26 on, and clients run on 22. */
const { Temporal } =
  'Temporal' in globalThis
    ? globalThis
    : (createRequire(import.meta.url)('temporal-polyfill') as { Temporal: typeof TemporalPolyfill })

const NS_A_MS = 1_000_000

/** The periods of a time zone, from the one that a time is in. */
export function* zonePeriods(timeZone: string, from: number): Generator<ZonePeriod, undefined> {
  // Strictly before: a period may start at `from` itself.
  let start = zoned(from + 1, timeZone).getTimeZoneTransition('previous')
  let before = start?.subtract({ nanoseconds: 1 }).offsetNanoseconds ?? 0
  let at = start ?? zoned(from, timeZone)
  for (;;) {
    const end = at.getTimeZoneTransition('next')
    const startMs = start?.epochMilliseconds ?? -Infinity
    yield {
      start: startMs,
      end: end?.epochMilliseconds ?? Infinity,
      offset: at.offsetNanoseconds / NS_A_MS,
      shownBefore: startMs + before / NS_A_MS,
    }
    if (end === null) return
    before = at.offsetNanoseconds
    start = end
    at = end
  }
}

function zoned(time: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone)
}
