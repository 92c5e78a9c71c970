import { describe, expect, it } from 'vitest'
import { evaluate, inBoth } from '../../../fixtures/evaluate.ts'

const MS_IN_NS = 1_000_000

describe('Temporal', () => {
  it.each([
    'Object.getOwnPropertyNames(Temporal).sort()',
    'Object.getOwnPropertyNames(Temporal.Now).sort()',
    `Object.getOwnPropertyNames(Temporal).map((name) => [name, Temporal[name].name, Object.getOwnPropertyNames(Temporal[name]).sort()])`,
    'Object.getOwnPropertyDescriptor(Temporal, "Now").enumerable',
    'Object.getOwnPropertyNames(Temporal.Now).sort().map((name) => [Temporal.Now[name].name, Temporal.Now[name].length])',
    '[String(Temporal), String(Temporal.Now)]',
    'Temporal.PlainDate.from("2024-02-29").add({ years: 1 }).toString()',
    'Temporal.Duration.from("PT1H30M").total("minutes")',
    'Temporal.Now.instant() instanceof Temporal.Instant',
    'Temporal.Now.zonedDateTimeISO() instanceof Temporal.ZonedDateTime',
    'Temporal.Now.plainDateTimeISO() instanceof Temporal.PlainDateTime',
    'Temporal.Now.plainDateISO("Asia/Tokyo") instanceof Temporal.PlainDate',
    'Temporal.Now.plainTimeISO() instanceof Temporal.PlainTime',
    'Temporal.Now.zonedDateTimeISO("Asia/Tokyo").timeZoneId',
    'Temporal.Now.timeZoneId()',
    'Temporal.Now.zonedDateTimeISO("nowhere")',
    'Temporal.Now.zonedDateTimeISO(null)',
    'Temporal.Now.plainDateISO(undefined) instanceof Temporal.PlainDate',
    'new Temporal.Instant(0n).toString()',
    'Object.hasOwn(globalThis, "Temporal")',
    'Math.abs(Temporal.Now.instant().epochMilliseconds - Date.now()) < 1000',
  ])('is as in Node: %s', async (expression) => {
    const [guest, node] = await inBoth(`(Temporal, ${expression})`)
    expect(guest).toEqual(node)
  })

  it('has no clock finer than a millisecond', async () => {
    const { value } = await evaluate(`
      const { Now } = Temporal
      const times = []
      for (let n = 0; n < 2000; n++) times.push(
        Number(Now.instant().epochNanoseconds % ${MS_IN_NS}n),
        Number(Now.zonedDateTimeISO().epochNanoseconds % ${MS_IN_NS}n),
        ...[Now.plainTimeISO(), Now.plainDateTimeISO()].flatMap((at) => [at.microsecond, at.nanosecond]),
      )
      return Math.max(...times)`)
    expect(value).toBe(0)
  })

  it('leaves no way to the clock of V8', async () => {
    const { value } = await evaluate(`
      const before = Object.getOwnPropertyNames(globalThis).includes('Temporal')
      const classes = [new Date(0).toTemporalInstant().constructor]
      return [before, typeof classes[0].Now, classes[0] === Temporal.Instant]`)
    expect(value).toEqual([false, 'undefined', true])
  })
})
