import { describe, expect, it } from 'vitest'
import { JsonScanner, kindOfJson, MAX_JSON_DEPTH } from './scan-json.ts'

function isParsed(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Numbers that look random and are the same each time. */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 8) % below
  }
}

const SIGNS = '[]{},:"\\ \n\t\r\u000b\u0000\u001f\u007f\u00a0\u2028\ufeff😀\ud800-+.eE0123456789aAuUbfnrtx/'
const WORDS = [
  'true',
  'false',
  'null',
  '"a"',
  '"\\u00e9"',
  '"\\ud83d"',
  '1e5',
  '-0',
  '0.5',
  '01',
  '1.',
  '{"a":',
  '[1,',
]
const ODDITIES = [
  'NaN',
  'Infinity',
  '"__proto__"',
  `"${'long '.repeat(20)}"`,
  '\\u12',
  '\\"',
  "'",
  '//',
  '/**/',
]
const PIECES = [...SIGNS.split(''), ...WORDS, ...ODDITIES]

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

function value(next: (below: number) => number, depth: number): string {
  const space = () => ['', '', '', ' ', '\n', '\t \r'][next(6)] ?? ''
  const inner = () => space() + value(next, depth - 1) + space()
  const list = (one: () => string) => Array.from({ length: next(5) }, one).join(',')
  switch (depth <= 0 ? next(5) : next(7)) {
    case 0:
      return JSON.stringify(next(2) === 0 ? next(1e9) / 1e3 : -next(1e9))
    case 1:
      return ['true', 'false', 'null', '-0', '0', '1E+5', '12.5e-3'][next(7)] ?? ''
    case 2:
    case 3:
      return JSON.stringify(Array.from({ length: next(60) }, () => String.fromCharCode(next(0x300))).join(''))
    case 4:
      return '"\\u00e9\\/\\b\\ud83d\\ude00"'
    case 5:
      return `[${list(inner) || space()}]`
    default:
      return `{${list(() => `${space()}"${next(9)}"${space()}:${inner()}`) || space()}}`
  }
}

describe('JsonScanner', () => {
  it('takes what JSON.parse takes, and nothing else: texts put together at random', () => {
    const next = random(1)
    for (let round = 0; round < 60_000; round++) {
      const text = Array.from({ length: 1 + next(9) }, () => PIECES[next(PIECES.length)]).join('')
      expect([text, kindOfJson(text) !== undefined]).toEqual([text, isParsed(text)])
    }
  })

  it('takes what JSON.parse takes, and nothing else: values, whole, cut, and with one thing changed', () => {
    const next = random(2)
    for (let round = 0; round < 4_000; round++) {
      const text = value(next, 4)
      expect([text, kindOfJson(text) !== undefined]).toEqual([text, true])
      const at = next(text.length + 1)
      const piece = PIECES[next(PIECES.length)] ?? ''
      for (const broken of [
        text.slice(0, at),
        text.slice(at),
        text.slice(0, at) + piece + text.slice(at),
        text.slice(0, at) + piece + text.slice(at + 1),
        text.slice(0, at) + text.slice(at + 1),
      ])
        expect([broken, kindOfJson(broken) !== undefined]).toEqual([broken, isParsed(broken)])
    }
  })

  it('says what a text is on its outside', () => {
    expect([' [1]', '{}', '"[]"', '7', '[', ''].map(kindOfJson)).toEqual([
      'array',
      'object',
      'other',
      'other',
      undefined,
      undefined,
    ])
  })

  it('takes long strings with what must be escaped anywhere in them', () => {
    for (const at of [0, 1, 31, 32, 33, 5_000]) {
      const before = 'x'.repeat(at)
      expect(kindOfJson(`"${before}\\n${before}"`)).toBe('other')
      for (const broken of ['\n', '\\x', '\\u12g4', '\\', '\u0000'])
        expect(kindOfJson(`"${before}${broken}${before}"`)).toBe(
          isParsed(`"${before}${broken}${before}"`) ? 'other' : undefined,
        )
    }
  })

  it('is deep enough, and refuses what is deeper', () => {
    expect(kindOfJson(nested(MAX_JSON_DEPTH))).toBe('array')
    expect(kindOfJson(nested(MAX_JSON_DEPTH + 1))).toBeUndefined()
    expect(kindOfJson('{"a":'.repeat(1_000_000))).toBeUndefined()
  })

  it('stops after as many parts as it is told, and goes on', () => {
    const text = JSON.stringify({ a: [1, 2, { b: 'c' }], d: null })
    const scanner = new JsonScanner(text)
    let rounds = 1
    while (!scanner.scan(2)) rounds++
    expect(rounds).toBeGreaterThan(4)
  })
})
