import { expect, it } from 'vitest'
import { parseJsonInSlices } from './parse-json-in-slices.ts'

const LARGE = 'x'.repeat(70_000)

it.for([
  ['objects', { a: { b: [1, -0.5e-7, true, false, null, 'ä"\n😀'] }, '': [], o: {} }],
  ['arrays', [[[]], [{}], [[1], [2, [3]]]]],
  ['a string', 'plain'],
  ['escapes', ['\u0000\u2028\ud800', '"\\/']],
] as const)('gives what JSON.parse gives: %s', async ([, value]) => {
  const text = JSON.stringify([value, LARGE], undefined, 1)
  const parsed = await parseJsonInSlices(text)
  expect(parsed).toEqual(JSON.parse(text))
  expect(JSON.stringify(parsed)).toBe(JSON.stringify([value, LARGE]))
})

it('knows names that objects inherit, and takes the last of several', async () => {
  const text = `{"__proto__":{"a":1},"b":1,"constructor":2,"b":3,"7":1,"1":2,"long":"${LARGE}"}`
  const parsed = await parseJsonInSlices(text)
  expect(Object.keys(Object(parsed))).toEqual(Object.keys(JSON.parse(text) as object))
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
  expect(JSON.stringify(parsed)).toBe(JSON.stringify(JSON.parse(text)))
})

it.for(['{"a":', `["${LARGE}",]`, `["${LARGE}"] 1`, `"${LARGE}`])(
  'throws where JSON.parse does',
  async (text) => {
    await expect(parseJsonInSlices(text)).rejects.toThrow(SyntaxError)
  },
)

it('lets others have the event loop in between', async () => {
  const keys = Object.fromEntries(Array.from({ length: 95_000 }, (_, index) => [`key${index}`, index % 10]))
  const text = JSON.stringify(keys)
  let turns = 0
  const count = (): void => {
    turns++
    waiting = setImmediate(count)
  }
  let waiting = setImmediate(count)
  const parsed = await parseJsonInSlices(text)
  clearImmediate(waiting)
  expect(parsed).toEqual(keys)
  expect(turns).toBeGreaterThan(3)
})
