import type { ComfortKit } from './kit.ts'

/**
 * Makes `Temporal` with a clock that is as coarse as that of `Date`: V8's own tells nanoseconds, by which a guest could
 * time what is in a cache. The classes are V8's. Its namespace is deleted before guest code runs, because V8 makes it
 * when it is first read, which takes a third of the time that a realm takes; the classes are found by their instances.
 */
export function createTemporal(kit: ComfortKit): { readonly Temporal: object } {
  const { dateNow } = kit.pristine
  const epoch = new Date(0).toTemporalInstant()
  const zoned = epoch.toZonedDateTimeISO('UTC')
  const date = zoned.toPlainDate()
  const Instant = epoch.constructor as typeof Temporal.Instant
  let systemTimeZone: string | undefined

  function instant(): Temporal.Instant {
    return Instant.fromEpochMilliseconds(dateNow())
  }
  function timeZoneId(): string {
    return (systemTimeZone ??= new Intl.DateTimeFormat().resolvedOptions().timeZone)
  }
  function zonedDateTimeISO(timeZone: unknown = timeZoneId()): Temporal.ZonedDateTime {
    return instant().toZonedDateTimeISO(timeZone as string)
  }

  /** An object whose properties are like those of a namespace of the language. */
  function namespace(name: string, members: Readonly<Record<string, unknown>>): object {
    const object = {}
    for (const key of Object.keys(members))
      Object.defineProperty(object, key, { value: members[key], writable: true, configurable: true })
    return Object.defineProperty(object, Symbol.toStringTag, { value: name, configurable: true })
  }

  const Now = namespace('Temporal.Now', {
    instant,
    timeZoneId,
    zonedDateTimeISO,
    plainDateTimeISO: (timeZone: unknown = timeZoneId()) => zonedDateTimeISO(timeZone).toPlainDateTime(),
    plainDateISO: (timeZone: unknown = timeZoneId()) => zonedDateTimeISO(timeZone).toPlainDate(),
    plainTimeISO: (timeZone: unknown = timeZoneId()) => zonedDateTimeISO(timeZone).toPlainTime(),
  })
  return {
    Temporal: namespace('Temporal', {
      Now,
      PlainDate: date.constructor,
      PlainTime: zoned.toPlainTime().constructor,
      PlainDateTime: zoned.toPlainDateTime().constructor,
      ZonedDateTime: zoned.constructor,
      Duration: date.since(date).constructor,
      Instant,
      PlainYearMonth: date.toPlainYearMonth().constructor,
      PlainMonthDay: date.toPlainMonthDay().constructor,
    }),
  }
}
