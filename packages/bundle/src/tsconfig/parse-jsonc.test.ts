import { expect, test } from 'vitest'
import { parseJsonc } from './parse-jsonc.ts'

test.each([
  ['{ "a": 1, // one\n "b": [1, 2, /* two */ ], }', { a: 1, b: [1, 2] }],
  ['{ "a": "// no \\" comment, ]" }', { a: '// no " comment, ]' }],
  ['/**/{}//', {}],
])('parseJsonc(%j)', (text, value) => {
  expect(parseJsonc(text)).toEqual(value)
})

test.each(['{', '{ "a": 1 /* }', '"', '{ a: 1 }'])('parseJsonc(%j) throws', (text) => {
  expect(() => parseJsonc(text)).toThrow(SyntaxError)
})

test.each(['/*', '"\\"', ',  ', '/', '"'])('parseJsonc() takes a moment for many of %j', (part) => {
  expect(() => parseJsonc(part.repeat(200_000))).toThrow(SyntaxError)
})
