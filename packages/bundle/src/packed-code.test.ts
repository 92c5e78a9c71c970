import { guestFolder } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { loadBundle } from './fixtures/load-bundle.ts'
import { packFolder } from './pack-folder.ts'

async function run(files: Record<string, string>, entry: string): Promise<Record<string, unknown>> {
  await using folder = await guestFolder(files)
  return loadBundle(await packFolder(folder.path), entry)
}

test('ESM, TypeScript, JSON and CommonJS use each other', async () => {
  const exports = await run(
    {
      'main.ts': `
        import type { Rate } from './rates.js'
        import rates, { names as rateNames } from './rates.js'
        import * as everything from './rates.ts'
        import table from './table.json' with { type: 'json' }
        import legacy, { twice } from './legacy.cjs'
        import deep from './deep'
        export { helper } from './helper.mjs'
        export * from './star.mjs'
        enum Size { Small = 1, Large }
        export const all = (r: Rate) => [r, rates, rateNames, everything.names, table.vat, legacy.twice(2), twice(3), deep, Size.Large]
        export default class Main { #secret = 7; reveal(): number { return this.#secret } }
      `,
      'rates.ts': `export type Rate = number; export const names = ['low'] as const; export default 'rates'`,
      'table.json': '{ "vat": 19 }',
      'legacy.cjs': 'exports.twice = (n) => n * 2',
      'deep/index.ts': `export default 'deep'`,
      'helper.mjs': `export function helper() { return 'help' }`,
      'star.mjs': `export const star = '*'; export default 'not this'`,
    },
    '/main.ts',
  )
  const all = exports['all'] as (rate: number) => unknown
  expect(all(1)).toEqual([1, 'rates', ['low'], ['low'], 19, 4, 6, 'deep', 2])
  expect((exports['helper'] as () => string)()).toBe('help')
  expect(exports['star']).toBe('*')
  const Main = exports['default'] as new () => { reveal(): number }
  expect(new Main().reveal()).toBe(7)
})

test('a default export reaches its importer whatever the endings of the two', async () => {
  const { default: value } = await run(
    { 'a.mjs': `import b from './b.mts'; export default b`, 'b.mts': `export default 'b'` },
    '/a.mjs',
  )
  expect(value).toBe('b')
})

test('import() is a require() in a promise, also in CommonJS', async () => {
  const { load: loadBoth } = await run(
    {
      'main.js': `exports.load = async (name) => [(await import('./esm.mjs')).default, (await import(name)).default]`,
      'esm.mjs': 'export default 1',
      'plain.js': 'module.exports = 2',
    },
    '/main.js',
  )
  await expect((loadBoth as (name: string) => Promise<unknown>)('./plain')).resolves.toEqual([1, 2])
})

test('modules that import each other see live bindings', async () => {
  const { read } = await run(
    {
      'a.mjs': `import { b } from './b.mjs'; export let a = 1; export const set = (n) => { a = n }; export const read = () => b()`,
      'b.mjs': `import { a, set } from './a.mjs'; export const b = () => { set(5); return a }`,
    },
    '/a.mjs',
  )
  expect((read as () => number)()).toBe(5)
})

test.for(['main.mjs', 'main.ts', 'main.mts'])('code of %s is strict', async (name) => {
  const { isStrict } = await run(
    { [name]: 'export const isStrict = (function () { return this === undefined })()' },
    `/${name}`,
  )
  expect(isStrict).toBe(true)
})

test('CommonJS stays sloppy, also when import() is taken out of it', async () => {
  const { isSloppy } = await run(
    {
      'main.js': `exports.isSloppy = (function () { return this === globalThis })(); exports.f = () => import('./x')`,
    },
    '/main.js',
  )
  expect(isSloppy).toBe(true)
})

test('ESM may name its variables like the parameters of a CommonJS module', async () => {
  const { default: names } = await run(
    {
      'main.mjs': `const exports = 1, module = 2, require = 3, __filename = 4, __dirname = 5
        export default [exports, module, require, __filename, __dirname]`,
    },
    '/main.mjs',
  )
  expect(names).toEqual([1, 2, 3, 4, 5])
})

test('import.meta tells the place inside the bundle', async () => {
  const { default: place } = await run(
    { 'rules/ä b.mjs': 'export default [import.meta.url, import.meta.filename, import.meta.dirname]' },
    '/rules/ä b.mjs',
  )
  expect(place).toEqual(['file:///rules/%C3%A4%20b.mjs', '/rules/ä b.mjs', '/rules'])
})
