import { expect, test } from 'vitest'
import { escapeName, joinNames, splitNames } from './names.ts'

/** Names that people have, and names made to be mistaken for others. */
const NAMES = [
  'acme',
  'order-1',
  'org/acme',
  'gid://shop/1',
  'o1:discounts/a.ts',
  'a b',
  'user@example.com',
  'é',
  'e\u0301',
  '日本',
  '🙂',
  '%2F',
  '/',
  '//',
  'a/',
  '/a',
  '%',
  '%%',
  '%25',
  '{a}',
  '}{',
  '{',
  '*',
  '?',
  '[a]',
  '..',
  ':',
  'a:b',
  "'",
  '()',
  '!~',
  '__proto__',
  '0',
  'meta',
  'wait',
  'ACME',
  '\u200d',
  '\\',
  '"',
  '+',
  '#',
]

test('a name is written with characters that separate nothing and place no key', () => {
  for (const name of NAMES) expect(escapeName(name)).toMatch(/^[\w.@%-]+$/)
})

test('different names are written differently, and each is read again as it was', () => {
  const texts = NAMES.flatMap((first) => NAMES.map((second) => joinNames(first, second)))
  expect(new Set(texts).size).toBe(NAMES.length ** 2)
  expect(texts.map(splitNames)).toEqual(NAMES.flatMap((first) => NAMES.map((second) => [first, second])))
})

test('a text that is no pair of names is not read as one', () => {
  for (const text of ['', 'a', 'a/b/c', 'a/%', '%E9/a', '42']) expect(splitNames(text)).toBeUndefined()
})

test('text that is no Unicode is written as well', () => {
  expect(escapeName('\ud800')).toBe('%EF%BF%BD')
})
