import { expect, it } from 'vitest'
import { parseFrame } from './parse-frame.ts'

const padding = 'x'.repeat(20_000)

it('takes large frames of an honest cell', () => {
  const logs = Array.from({ length: 5_000 }, (_, time) => ({ level: 'info', time, text: 'a line' }))
  expect(parseFrame(JSON.stringify({ type: 'saved', seq: 1, logs }))).toMatchObject({ type: 'saved', logs })
})

it.for([
  [
    'an object of many keys',
    { type: 'up', ...Object.fromEntries(Array.from({ length: 100 }, (_, key) => [key, padding])) },
  ],
  [
    'many in one of its objects',
    { type: 'up', more: Object.fromEntries(Array.from({ length: 9_000 }, (_, key) => [key, 1])) },
  ],
])('refuses a frame with %s before it is built', ([, frame]) => {
  expect(() => parseFrame(JSON.stringify(frame))).toThrow('more than 64 keys')
})

it('refuses a large frame that is too deep, or no JSON', () => {
  expect(() => parseFrame(`{"type":"${padding}","a":${'['.repeat(100)}`)).toThrow('deeper than 64')
  expect(() => parseFrame(`{"type":"${padding}"`)).toThrow(/JSON/)
})
