import { describe, expect, test } from 'vitest'
import { dueTimes } from './due-times.ts'
import { timingSchema, type Timing } from './timing.ts'

const at = (text: string): number => new Date(text).getTime()

function timesAfter(after: string, timing: Partial<Timing>, since = after): string[] {
  return dueTimes(timingSchema.parse(timing), { after: at(after), since: at(since) })
    .take(4)
    .map((time) => new Date(time).toISOString().replace('.000Z', 'Z'))
    .toArray()
}

describe('intervals', () => {
  const hourly = { kind: 'every', everyMs: 3_600_000 } as const

  test('begin one interval after the schedule was made', () => {
    expect(timesAfter('2027-01-01T00:10:00Z', hourly).slice(0, 2)).toEqual([
      '2027-01-01T01:10:00Z',
      '2027-01-01T02:10:00Z',
    ])
  })

  test('begin at startAt, and keep its step for ever', () => {
    const timing = { ...hourly, startAt: at('2027-01-01T00:30:00Z') }
    expect(timesAfter('2026-12-01T00:00:00Z', timing)[0]).toBe('2027-01-01T00:30:00Z')
    expect(timesAfter('2027-01-01T00:30:00Z', timing)[0]).toBe('2027-01-01T01:30:00Z')
    expect(timesAfter('2028-05-05T05:05:05Z', timing)[0]).toBe('2028-05-05T05:30:00Z')
  })

  test('end with endAt, which counts', () => {
    const timing = { ...hourly, endAt: at('2027-01-01T02:10:00Z') }
    expect(timesAfter('2027-01-01T00:10:00Z', timing)).toEqual([
      '2027-01-01T01:10:00Z',
      '2027-01-01T02:10:00Z',
    ])
  })
})

describe('the calendar', () => {
  const nightly = { kind: 'cron', cron: '30 2 * * *', timeZone: 'Europe/Berlin' } as const

  test('goes by the time zone', () => {
    expect(timesAfter('2027-01-01T00:00:00Z', nightly)[0]).toBe('2027-01-01T01:30:00Z')
    expect(timesAfter('2027-07-01T00:00:00Z', nightly)[0]).toBe('2027-07-01T00:30:00Z')
  })

  test('comes an hour later where the clock skips the time in spring', () => {
    expect(timesAfter('2027-03-27T12:00:00Z', nightly).slice(0, 2)).toEqual([
      '2027-03-28T01:30:00Z',
      '2027-03-29T00:30:00Z',
    ])
  })

  test('comes once where the clock shows the time twice in autumn', () => {
    expect(timesAfter('2027-10-30T12:00:00Z', nightly).slice(0, 2)).toEqual([
      '2027-10-31T00:30:00Z',
      '2027-11-01T01:30:00Z',
    ])
  })

  test('counts startAt and endAt themselves', () => {
    const bounds = { startAt: at('2027-01-02T01:30:00Z'), endAt: at('2027-01-03T01:30:00Z') }
    expect(timesAfter('2026-12-01T00:00:00Z', { ...nightly, ...bounds })).toEqual([
      '2027-01-02T01:30:00Z',
      '2027-01-03T01:30:00Z',
    ])
  })

  test('knows seconds, and names', () => {
    const utc = { ...nightly, timeZone: 'UTC' }
    expect(timesAfter('2027-01-01T00:00:00Z', { ...utc, cron: '*/20 * * * * *' }).slice(0, 2)).toEqual([
      '2027-01-01T00:00:20Z',
      '2027-01-01T00:00:40Z',
    ])
    expect(timesAfter('2027-01-01T00:00:00Z', { ...utc, cron: '@daily' })[0]).toBe('2027-01-02T00:00:00Z')
  })
})
