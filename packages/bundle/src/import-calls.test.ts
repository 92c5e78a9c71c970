import { describe, expect, test } from 'vitest'
import { packAndLoad } from './fixtures/pack-and-load.ts'

const other = {
  'other.js': 'exports.a = 1; exports.b = 2',
  'esm.mjs': 'export const a = 3; export default 4',
}

describe('import() of what is awaited or yielded', () => {
  test.each([
    ['await', `exports.main = async () => (await import(await Promise.resolve('./other.js'))).default.a`, 1],
    [
      'yield',
      `function* g() { return import(yield 1) }\nexports.main = async () => { const it = g(); it.next(); return (await it.next('./esm.mjs').value).a }`,
      3,
    ],
    ['an ES module', `exports.main = async () => (await import(await './esm.mjs')).default`, 4],
    [
      'a variable named await',
      `var await = './other.js'; exports.main = () => import(await).then((m) => m.b)`,
      2,
    ],
    [
      'one in the other',
      `exports.main = async () => (await import(await (await import(await './names.js')).default.name)).a`,
      3,
    ],
    [
      'what is not there',
      `exports.main = () => import('./' + (() => 'gone')()).catch((error) => error.message.slice(0, 18))`,
      'Cannot find module',
    ],
  ])('%s', async (_, code, value) => {
    const names = { 'names.js': 'exports.name = "./esm.mjs"' }
    const { main } = await packAndLoad({ 'main.js': code, ...names, ...other })
    expect(await (main as () => Promise<unknown>)()).toBe(value)
  })

  test.each([
    ['main.mjs', `export const main = async () => (await import(await './esm.mjs')).a`],
    [
      'main.ts',
      `export const main = async (): Promise<number> => (await import(await ('./esm.mjs' as string))).a`,
    ],
  ])('in %s', async (file, code) => {
    const { main } = await packAndLoad({ [file]: code, ...other })
    expect(await (main as () => Promise<unknown>)()).toBe(3)
  })

  test('in a package', async () => {
    const { main } = await packAndLoad(
      {
        'main.js': `exports.main = require('pkg')`,
        'node_modules/pkg/index.js': `module.exports = async (name) => (await import(await './' + name)).default`,
        'node_modules/pkg/part.js': 'module.exports = "part"',
      },
      { external: ['*'] },
    )
    expect(await (main as (name: string) => Promise<unknown>)('part.js')).toBe('part')
  })

  test('a mistake in such a file is told in its place', async () => {
    const code = 'async function f() {\n  await import(await x)\n  let y; let y\n}'
    await expect(packAndLoad({ 'main.js': code })).rejects.toMatchObject({
      code: 'BUNDLE_SYNTAX_ERROR',
      message: expect.stringContaining('/main.js:3:'),
    })
  })
})
