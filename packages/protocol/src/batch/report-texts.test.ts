import { expect, it } from 'vitest'
import { joinReports, splitReports } from './report-texts.ts'

it('takes out the values of reports, and nothing else', () => {
  const reports = [
    { item: 0, value: { value: [1, { value: 2 }] }, logs: [{ text: '"value":1', value: 3 }] },
    { item: 1, value: 'text' },
    { item: 2, error: { value: 1 } },
    { value: null, item: 3 },
  ]
  const json = JSON.stringify(reports, undefined, 1)
  const { withoutValues, values } = splitReports(json)
  expect(JSON.parse(withoutValues)).toEqual(
    reports.map((report) => ('value' in report ? { ...report, value: null } : report)),
  )
  expect(values.map((value) => value && (JSON.parse(value) as unknown))).toEqual(
    reports.map(({ value }) => value),
  )
  expect(JSON.parse(joinReports(JSON.parse(withoutValues) as object[], values))).toEqual(reports)
})

it('finds values whatever their names are written like, and however often', () => {
  const { withoutValues, values } = splitReports(
    '[{"v\\u0061lue":{"a":1},"value":[2]},[{"value":1}],7,{"value":3}]',
  )
  expect(withoutValues).toBe('[{"v\\u0061lue":null,"value":null},[{"value":1}],7,{"value":null}]')
  expect(values).toEqual(['[2]', undefined, undefined, '3'])
})

it.for(['', '[', '[{"value":}]', '{"value":1'])('throws for what is not JSON: %j', (json) => {
  expect(() => splitReports(json)).toThrow(SyntaxError)
})

it('gives what is no list of objects as it is', () => {
  for (const json of ['7', '{"value":1}', '"value"', '[["value",1]]'])
    expect(splitReports(json).withoutValues).toBe(json)
})
