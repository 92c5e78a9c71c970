import { guestFolder } from '@isolated-runtime/testing'
import { describe, expect, test } from 'vitest'
import { packAndLoad } from './fixtures/pack-and-load.ts'
import { packFolder } from './pack-folder.ts'

async function packing(files: Readonly<Record<string, string>>): Promise<string> {
  await using folder = await guestFolder(files)
  return await packFolder(folder.path).then(
    () => 'packed',
    (error: unknown) =>
      `${Reflect.get(Object(error), 'code')}: ${error instanceof Error ? error.message : ''}`,
  )
}

describe('an import that leads nowhere is found when it is packed', () => {
  test('with its place, the reason and the line', async () => {
    const files = { 'rules/vat.ts': `import { rate } from './rates.ts'\nexport const vat = () => rate\n` }
    expect(await packing(files)).toBe(
      `BUNDLE_MODULE_NOT_FOUND: Cannot find module './rates.ts' imported at /rules/vat.ts:1:22: the bundle holds no such file

  1 | import { rate } from './rates.ts'
    |                      ^`,
    )
  })

  test.each([
    [
      'a package',
      'main.mjs',
      `\n  import x from 'lodash'`,
      `'lodash' imported at /main.mjs:2:17: the option "external"`,
    ],
    ['a module of Node', 'main.ts', `import fs from 'node:fs'\nexport { fs }`, '"fs" is built into Node.js'],
    ['an export of others', 'main.mjs', `export * from '../x.js'`, 'the path leaves the bundle'],
    ['a side effect', 'main.mjs', `import './x.css'`, 'the bundle holds no such file'],
    ['the second of two', 'main.mjs', `import './main.mjs'; import './x'`, '/main.mjs:1:29'],
    ['one that is also required', 'main.mjs', `require('./x'); import './x'`, '/main.mjs:1:24'],
  ])('%s', async (_, name, code, problem) => {
    expect(await packing({ [name]: code })).toContain(problem)
  })

  test.each([
    ['a type', 'main.ts', `import type { A } from './a'; import { B } from 'b'; export type C = A | B`],
    [
      'what is required',
      'main.js',
      `exports.a = () => require('./none') ?? require('lodash') ?? require('fs')`,
    ],
    ['what import() asks for', 'main.mjs', `export const a = () => import('./none')`],
    ['what is computed', 'main.mjs', `export const a = (x) => import(x) ?? require(x)`],
    ['a text or a comment', 'main.mjs', `// import './none'\nexport const a = "import './none'"`],
    [
      'a name that every object has',
      'main.js',
      `exports.a = () => require('__proto__') ?? require('constructor')`,
    ],
  ])('but not %s', async (_, name, code) => {
    expect(await packing({ [name]: code })).toBe('packed')
  })
})

describe('the hook "resolve"', () => {
  const files = {
    'main.js': `exports.all = [require('rates'), require('~/deep/a'), require('./b'), require('calc')]`,
    'rates.json': '[0.19]',
    'deep/a.js': 'module.exports = "a"',
    'b.js': 'module.exports = "b"',
    'node_modules/adder/index.js': 'module.exports = "adder"',
  }

  test('decides on files and packages, may take its time, and may leave the rest', async () => {
    const asked: string[] = []
    const resolve = async (specifier: string, importer: string): Promise<string | undefined> => {
      asked.push(`${specifier} in ${importer}`)
      if (specifier === 'rates') return '/rates.json'
      if (specifier.startsWith('~/')) return specifier.slice(1)
      return specifier === 'calc' ? 'adder' : undefined
    }
    const { all } = await packAndLoad(files, { resolve, external: ['adder'] })
    expect(all).toEqual([[0.19], 'a', 'b', 'adder'])
    expect(asked).toEqual([
      'rates in /main.js',
      '~/deep/a in /main.js',
      './b in /main.js',
      'calc in /main.js',
    ])
  })

  test.each([
    ['/none.js', `the hook "resolve" gave '/none.js': the bundle holds no such file`],
    ['../../etc/passwd', `the hook "resolve" gave '../../etc/passwd': the path leaves the bundle`],
    ['lodash', `the hook "resolve" gave 'lodash': the option "external" does not allow it`],
  ])('cannot lead to %s', async (target, why) => {
    const { error } = await packAndLoad(
      { 'main.js': `try { require('rates') } catch (error) { exports.error = error.message }` },
      { resolve: () => target },
    )
    expect(error).toContain(why)
  })

  test('that leads nowhere does not lead to the file of that name', async () => {
    const { error } = await packAndLoad(
      {
        'main.js': `try { require('./b') } catch (error) { exports.error = error.message }`,
        'b.js': '',
      },
      { resolve: () => '/none.js' },
    )
    expect(error).toContain(`the hook "resolve" gave '/none.js': the bundle holds no such file`)
  })

  test.each([
    ['throws', () => Promise.reject(new Error('no luck')), `threw for 'x' in /main.js: no luck`],
    ['gives no text', () => 1, `gave a value of type number for 'x' in /main.js, expected text or undefined`],
  ])('that %s fails the packing', async (_, hook, problem) => {
    const resolve = hook as () => Promise<string>
    await expect(packAndLoad({ 'main.js': 'require("x")' }, { resolve })).rejects.toMatchObject({
      code: 'BUNDLE_HOOK_FAILED',
      message: `The hook "resolve" ${problem}`,
    })
  })
})
