import { guestFolder } from '@isolated-runtime/testing'
import { describe, expect, test } from 'vitest'
import { checkFolder } from './check-folder.ts'
import { packFolder } from './pack-folder.ts'

const BROKEN = {
  'a.ts': 'export const a = 1\nexport const b: = 2\n',
  'b.mjs': `import x from './gone.mjs'\nimport y from 'left'\nexport default x + y`,
  'c.json': '{ "a": }',
  'd.js': 'exports.d = () => 1',
  'e.cjs': 'let x; let x',
  'rules/f.mjs': `import { a } from '../a.ts'\nimport 'node:fs'\nexport const f = a`,
}

test('all problems of a folder are told by one error, in the order of their places', async () => {
  await using folder = await guestFolder(BROKEN)
  const error: unknown = await packFolder(folder.path, { external: ['right'] }).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ code: 'BUNDLE_SYNTAX_ERROR', file: '/a.ts', line: 2, column: 17 })
  const { problems, message } = error as { problems: object[]; message: string }
  expect(problems).toEqual([
    { code: 'BUNDLE_SYNTAX_ERROR', message: 'Unexpected "="', file: '/a.ts', line: 2, column: 17 },
    {
      code: 'BUNDLE_MODULE_NOT_FOUND',
      message: `Cannot find module './gone.mjs': the bundle holds no such file`,
      file: '/b.mjs',
      line: 1,
      column: 15,
    },
    {
      code: 'BUNDLE_MODULE_NOT_FOUND',
      message: `Cannot find module 'left': the option "external" does not allow it`,
      file: '/b.mjs',
      line: 2,
      column: 15,
    },
    expect.objectContaining({ code: 'BUNDLE_SYNTAX_ERROR', file: '/c.json', line: 1, column: 8 }),
    expect.objectContaining({ code: 'BUNDLE_SYNTAX_ERROR', file: '/e.cjs', line: 1 }),
    expect.objectContaining({ code: 'BUNDLE_MODULE_NOT_FOUND', file: '/rules/f.mjs', line: 2, column: 8 }),
  ])
  for (const place of ['/a.ts:2:17', '/b.mjs:1:15', '/b.mjs:2:15', '/rules/f.mjs:2:8'])
    expect(message).toContain(place)
})

test('many problems are counted in the message, and all there', async () => {
  const files = Array.from({ length: 30 }, (_, index) => [`${index}.cjs`, 'let x; let x'])
  await using folder = await guestFolder(Object.fromEntries(files) as Record<string, string>)
  await expect(packFolder(folder.path)).rejects.toMatchObject({
    message: expect.stringMatching(/and 20 more$/),
    problems: { length: 30 },
  })
})

describe('checkFolder()', () => {
  test('tells the same without throwing, with what the other files export', async () => {
    await using folder = await guestFolder(BROKEN)
    const { problems, id, exports } = await checkFolder(folder.path)
    expect(problems.map(({ file }) => file)).toEqual([
      '/a.ts',
      '/b.mjs',
      '/b.mjs',
      '/c.json',
      '/e.cjs',
      '/rules/f.mjs',
    ])
    expect(id).toBeUndefined()
    expect(exports).toMatchObject({ 'd.js': ['d'], 'rules/f.mjs': ['f'] })
  })

  test('gives the id that packing gives, exports, signatures, and what is required in vain', async () => {
    await using folder = await guestFolder({
      'a.ts': `export async function total(order: { lines: number[] }, rate = 0.2): Promise<number> { return rate }
export const first = <T,>(list: readonly T[]): T | undefined => list[0]
export default (name: string, done: (error?: Error) => void) => done()
export function untyped(a, b) { return a }
export const rate: number = 1`,
      'b.js': `/**
 * @param {{ a: number }} order
 * @param {string} [name]
 * @returns {number}
 */
exports.vat = (order, name) => order.a
exports.other = () => {
  try { return require('left') } catch { return 1 }
}`,
    })
    const check = await checkFolder(folder.path)
    expect(check).toEqual({
      problems: [],
      warnings: [
        {
          code: 'BUNDLE_MODULE_NOT_FOUND',
          message: `Cannot find module 'left': the option "external" does not allow it`,
          file: '/b.js',
          line: 8,
          column: 24,
        },
      ],
      id: (await packFolder(folder.path)).id,
      exports: { 'a.ts': ['default', 'first', 'rate', 'total', 'untyped'], 'b.js': ['other', 'vat'] },
      signatures: {
        'a.ts': {
          total: '(order: { lines: number[] }, rate = 0.2) => Promise<number>',
          first: '<T,>(list: readonly T[]) => T | undefined',
          default: '(name: string, done: (error?: Error) => void) => unknown',
        },
        'b.js': { vat: '(order: { a: number }, name?: string) => number' },
      },
    })
  })

  test('tells what is too large, and throws for a folder that is not there', async () => {
    await using folder = await guestFolder({ 'a.js': 'exports.a = 1' })
    const { problems } = await checkFolder(folder.path, { maxBytes: 5 })
    expect(problems).toEqual([
      { code: 'BUNDLE_TOO_LARGE', message: expect.stringContaining('"maxBytes" is 5') },
    ])
    await expect(checkFolder(`${folder.path}/gone`)).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' })
  })
})
