import { describe, expect, test } from 'vitest'
import { languageOf } from './language.ts'
import { prepareFile } from './prepare-file.ts'

async function prepare(path: string, text: string): Promise<string> {
  const language = languageOf(path)
  if (language === undefined) throw new Error(`"${path}" is no code`)
  return (await prepareFile(path, language, text)).code
}

describe('CommonJS stays as it is', () => {
  test.for([
    ['plain', 'exports.a = () => 1 // as written\n'],
    ['sloppy', 'with (module) exports.a = 010'],
    ['CRLF', 'exports.a = 1\r\nexports.b = 2\r\n'],
    ['a return at the top', 'if (a) return\nexports.a = 1'],
    ['the word import', 'exports.important = "import it"'],
    ['empty', ''],
  ])('%s', async ([, text = '']) => {
    await expect(prepare('/a.js', text)).resolves.toBe(text)
    await expect(prepare('/a.cjs', text)).resolves.toBe(text)
  })
})

test('a hashbang becomes a comment, in place', async () => {
  await expect(prepare('/a.js', '#!/usr/bin/env node\nexports.a = 1')).resolves.toBe(
    '///usr/bin/env node\nexports.a = 1',
  )
  await expect(prepare('/a.ts', '#!/usr/bin/env node\nexport const a = 1')).resolves.not.toContain('#!')
})

test('code that closes the function around it does not parse', async () => {
  const text = 'exports.a = 1 }); globalThis.escaped = true; (function () {'
  await expect(prepare('/a.cjs', text)).rejects.toMatchObject({ code: 'BUNDLE_SYNTAX_ERROR' })
  await expect(prepare('/a.js', text)).rejects.toMatchObject({ code: 'BUNDLE_SYNTAX_ERROR' })
  expect(globalThis).not.toHaveProperty('escaped')
})

test('a syntax error shows the place, the reason and the line', async () => {
  const text = 'export const vat = 0.19\nexport const rate: = vat\n'
  await expect(prepare('/rules/vat.ts', text)).rejects.toMatchObject({
    code: 'BUNDLE_SYNTAX_ERROR',
    message: `Cannot parse /rules/vat.ts:2:20: Unexpected "="

  2 | export const rate: = vat
    |                    ^`,
  })
})

describe('a syntax error is found in its place', () => {
  test.for([
    ['/a.js', 'const x = ;', '1:11'],
    ['/a.js', '\n\texports.a = 1;\n\tlet x; let x', '3:13'],
    ['/a.js', 'import x from "x"\r\nlet é = 1; let let', '2:16'],
    ['/a.cjs', '\nimport x from "x"', '2:1'],
    ['/a.cjs', 'exports.a = (', '1:1'],
    ['/a.mjs', 'export const a = await 1', '1:18'],
    ['/a.mjs', 'with (a) {}', '1:1'],
    ['/a.ts', 'const a = 1\nexport const pattern = /(/', '2:24'],
    ['/a.ts', '"é"; let x: = 1', '1:13'],
    ['/a.json', '{\n  "a": 1,\n}', '2:9'],
    ['/a.json', '{"é": x}', '1:7'],
    ['/a.json', '', '1:1'],
    ['/package.json', 'not json', '1:1'],
  ])('%s %j at %s', async ([path = '', text = '', place]) => {
    await expect(prepare(path, text)).rejects.toMatchObject({
      code: 'BUNDLE_SYNTAX_ERROR',
      message: expect.stringContaining(`Cannot parse ${path}:${place}: `),
    })
  })
})

const namingMap = (map: string): string =>
  `\n\nexport const a: number = 1\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`

describe('a source map that the text names itself is not obeyed', () => {
  test.each([
    ['of another file', '{"version":3,"sources":["/etc/passwd"],"mappings":"AAAA"}'],
    ['that is malformed', '{'],
  ])('one %s', async (_, map) => {
    const text = namingMap(map)
    expect(await prepareFile('/a.ts', 'typescript', text)).toEqual(
      await prepareFile('/a.ts', 'typescript', text.replace('sourceMappingURL', '')),
    )
  })
})

test('top-level await is refused with a way out', async () => {
  await expect(prepare('/a.ts', 'export const a = await 1')).rejects.toThrow(
    'Top-level await is not supported; move it into an async function',
  )
})

test('a code frame shows a part of a long line, and no control characters', async () => {
  const text = `${'x = 1;'.repeat(1_000)}\u001b[31m let let${' '.repeat(1_000)}`
  const error: unknown = await prepare('/a.js', text).catch((thrown: unknown) => thrown)
  const [, , line = '', caret = ''] = String(error).split('\n')
  expect(line.length).toBeLessThan(120)
  expect(line).not.toContain('\u001b')
  expect(line[caret.indexOf('^')]).toBe(' ')
})

test('code nested too deeply for V8 is a syntax error', async () => {
  const text = `exports.a = ${'('.repeat(20_000)}1${')'.repeat(20_000)}`
  await expect(prepare('/a.cjs', text)).rejects.toThrow('Cannot parse /a.cjs:1:1: It is nested too deeply')
})
