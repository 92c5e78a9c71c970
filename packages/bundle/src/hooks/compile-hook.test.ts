import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { guestFolder } from '@isolated-runtime/testing'
import { describe, expect, test } from 'vitest'
import { loadBundle } from '../fixtures/load-bundle.ts'
import { packAndLoad } from '../fixtures/pack-and-load.ts'
import { FolderBundles } from '../folder-bundles.ts'
import { packFolder } from '../pack-folder.ts'

const sourceExtensions = ['.rule']

describe('the hook "compile"', () => {
  test('makes JavaScript of any file but JSON, in any kind of module, and may leave it', async () => {
    const seen: string[] = []
    const compile = async (code: string, path: string): Promise<string | undefined> => {
      seen.push(path)
      if (path === '/esm.rule') return `import b from './b.ts'; export default [b, ${JSON.stringify(code)}]`
      if (path === '/vat') return undefined
      return path === '/b.ts' ? 'export default "compiled"' : undefined
    }
    const { all } = await packAndLoad(
      {
        'main.js': `exports.all = [require('./esm').default, require('./plain'), require('./data')]`,
        'esm.rule': 'a > 1',
        'plain.rule': 'module.exports = "plain"',
        'b.ts': 'no TypeScript at all',
        'data.json': '1',
      },
      { compile, sourceExtensions },
    )
    expect(all).toEqual([['compiled', 'a > 1'], 'plain', 1])
    expect(seen.toSorted()).toEqual(['/b.ts', '/esm.rule', '/main.js', '/plain.rule'])
  })

  test('refuses a file in its place by an error with a line', async () => {
    const mistake = Object.assign(new Error('Expected a number'), { line: 2, column: 7 })
    const compile = (): Promise<string> => Promise.reject(mistake)
    await using folder = await guestFolder({ 'vat.rule': 'when x\n then y' })
    await expect(packFolder(folder.path, { compile, sourceExtensions })).rejects.toMatchObject({
      code: 'BUNDLE_SYNTAX_ERROR',
      message: 'Cannot parse /vat.rule:2:7: Expected a number\n\n  2 |  then y\n    |       ^',
    })
  })

  test.each([
    ['throws anything else', () => Promise.reject(new TypeError('oops')), 'threw for /vat.rule: oops'],
    ['gives no text', () => ({}), 'gave a value of type object for /vat.rule, expected text or undefined'],
  ])('that %s fails the packing', async (_, hook, problem) => {
    const compile = hook as () => Promise<string>
    await using folder = await guestFolder({ 'vat.rule': '' })
    await expect(packFolder(folder.path, { compile, sourceExtensions })).rejects.toMatchObject({
      code: 'BUNDLE_HOOK_FAILED',
      message: `The hook "compile" ${problem}`,
    })
  })

  test.each([
    [
      'cannot be told as text',
      Object.create(null),
      'BUNDLE_HOOK_FAILED',
      'a value that cannot be shown as text',
    ],
    [
      'has no sound column',
      { line: 1, column: Infinity, message: 'x' },
      'BUNDLE_SYNTAX_ERROR',
      '/vat.rule:1:1: ',
    ],
  ])('that throws what %s fails the packing', async (_, thrown: unknown, code, problem) => {
    const compile = (): Promise<string> => Promise.reject(thrown)
    await using folder = await guestFolder({ 'vat.rule': '' })
    await expect(packFolder(folder.path, { compile, sourceExtensions })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(problem),
    })
  })

  test('that never settles fails the packing in time, and the next packing asks it again', async () => {
    let isStuck = true
    const compile = (): string | Promise<string> => (isStuck ? new Promise(() => {}) : 'exports.value = 1')
    await using folder = await guestFolder({ 'vat.rule': '' })
    const bundles = new FolderBundles({ compile, sourceExtensions, hookTimeoutMs: 50 })
    await expect(bundles.bundleOf(folder.path)).rejects.toMatchObject({
      code: 'BUNDLE_HOOK_FAILED',
      message:
        'The hook "compile" was called for /vat.rule: it did not settle within 50 ms; have it give up sooner, or raise "hookTimeoutMs"',
    })
    isStuck = false
    expect(loadBundle(await bundles.bundleOf(folder.path), '/vat.rule')['value']).toBe(1)
  })

  test('that gives what does not parse is told so', async () => {
    await using folder = await guestFolder({ 'vat.rule': '' })
    const options = { compile: () => 'export const = 1', sourceExtensions }
    await expect(packFolder(folder.path, options)).rejects.toMatchObject({ code: 'BUNDLE_SYNTAX_ERROR' })
  })
})

describe('a hook in a module', () => {
  test.each([
    ['by name', 'hook.mjs', 'export const compile = () => "exports.value = 1"'],
    ['by default', 'hook.mjs', 'export default () => "exports.value = 1"'],
    ['of CommonJS', 'hook.cjs', 'exports.compile = () => "exports.value = 1"'],
    ['of CommonJS, all of it', 'hook.cjs', 'module.exports = () => "exports.value = 1"'],
    ['of TypeScript', 'hook.ts', 'export const compile = (code: string): string => "exports.value = 1"'],
  ])('is found %s', async (_, name, code) => {
    await using folder = await guestFolder({ [name]: code, 'rules/main.rule': '' })
    const compile = join(folder.path, name)
    const bundle = await packFolder(join(folder.path, 'rules'), { compile, sourceExtensions })
    expect(loadBundle(bundle, '/main.rule')['value']).toBe(1)
  })

  test.each([
    ['is not there', 'none.mjs', 'cannot be loaded: ENOENT'],
    ['does not parse', 'broken.mjs', 'cannot be loaded: '],
    ['never comes to its end', 'stuck.mjs', 'cannot be loaded: it did not settle within 2000 ms; '],
    ['exports no function', 'empty.mjs', 'exports no function, neither as "compile" nor by default'],
  ])('that %s is refused', async (_, name, problem) => {
    await using folder = await guestFolder({
      'broken.mjs': 'let let',
      'empty.mjs': 'export const compile = 1',
      'stuck.mjs': 'await new Promise(() => {})',
      'rules/main.js': '',
    })
    const compile = join(folder.path, name)
    await expect(
      packFolder(join(folder.path, 'rules'), { compile, hookTimeoutMs: 2_000 }),
    ).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining(`"compile": the module "${compile}" ${problem}`),
    })
  })

  test.each(['hook.mjs', 'hook.cjs'])('is loaded anew when it has changed: %s', async (name) => {
    const hook = (value: number): string =>
      name.endsWith('.cjs')
        ? `exports.compile = () => "exports.value = ${value}"`
        : `export const compile = () => "exports.value = ${value}"`
    await using folder = await guestFolder({ [name]: hook(1), 'rules/main.rule': '' })
    const compile = join(folder.path, name)
    const bundles = new FolderBundles({ compile, sourceExtensions })
    for (const value of [1, 2, 3]) {
      await writeFile(compile, hook(value))
      const bundle = await bundles.bundleOf(join(folder.path, 'rules'))
      expect(loadBundle(bundle, '/main.rule')['value']).toBe(value)
    }
  })
})

describe('the hook "resolve"', () => {
  test('that never settles fails the packing in time', async () => {
    await using folder = await guestFolder({ 'main.js': 'require("rates")' })
    const options = { resolve: () => new Promise<string>(() => {}), hookTimeoutMs: 50 }
    await expect(packFolder(folder.path, options)).rejects.toMatchObject({
      code: 'BUNDLE_HOOK_FAILED',
      message: expect.stringContaining(`was called for 'rates' in /main.js: it did not settle within 50 ms`),
    })
  })
})
