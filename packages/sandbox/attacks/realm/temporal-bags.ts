import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Property bags, calendars and time zones for Temporal that are proxies',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const made = []
      const bag = new Proxy({}, { get: (_, key, receiver) => { made.push(receiver); return key === 'calendar' ? 'iso8601' : { valueOf() { throw new TypeError('mine') } } } })
      for (const name of ['PlainDate', 'PlainTime', 'PlainDateTime', 'ZonedDateTime', 'Duration', 'Instant', 'PlainYearMonth', 'PlainMonthDay'])
        for (const value of [bag, Symbol(), 'none', null, { year: 2000, month: 1, day: 1, calendar: bag }]) try { made.push(Temporal[name].from(value)) } catch (error) { made.push(error) }
      made.push(Temporal.Now.instant(), Temporal.Now.zonedDateTimeISO())
      return [made.length > 40, secretFrom(...made)]
    }`,
  expected: { status: 'succeeded', value: [true, null] },
}
