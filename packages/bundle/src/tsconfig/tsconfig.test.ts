import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { guestFolder } from '@isolated-runtime/testing'
import { describe, expect, test } from 'vitest'
import { checkFolder } from '../check-folder.ts'
import { packAndLoad } from '../fixtures/pack-and-load.ts'
import { loadBundle } from '../fixtures/load-bundle.ts'
import { FolderBundles } from '../folder-bundles.ts'
import { packFolder } from '../pack-folder.ts'

const config = (compilerOptions: object, more: object = {}): string =>
  JSON.stringify({ compilerOptions, ...more })

describe('the tsconfig.json of a folder is obeyed', () => {
  const FIELDS = `class Base { constructor() { this.init() } init() {} }
class Derived extends Base { value?: string; init() { (this as Derived).value = 'kept' } }
export const value = new Derived().value ?? 'lost'`

  test.each([
    ['no tsconfig.json', undefined, 'lost'],
    ['useDefineForClassFields: false', { useDefineForClassFields: false }, 'kept'],
    ['useDefineForClassFields: true', { useDefineForClassFields: true, target: 'es2015' }, 'lost'],
    ['an old target', { target: 'ES2020' }, 'kept'],
    ['a new target', { target: 'ESNext' }, 'lost'],
  ])('%s', async (_, options, value) => {
    const files = { 'main.ts': FIELDS, ...(options !== undefined && { 'tsconfig.json': config(options) }) }
    expect((await packAndLoad(files))['value']).toBe(value)
  })

  test('experimentalDecorators, of classes, members and parameters', async () => {
    const { all } = await packAndLoad({
      'tsconfig.json': '{ // comments\n "compilerOptions": { /* and */ "experimentalDecorators": true, }, }',
      'main.ts': `const seen: unknown[] = []
const note = (name: string) => (...args: unknown[]) => { seen.push([name, args.length]) }
@note('class') class A { @note('member') a = 1; m(@note('parameter') x: number) { return x } }
export const all = seen`,
    })
    expect(all).toEqual([
      ['member', 3],
      ['parameter', 3],
      ['class', 1],
    ])
  })

  test('paths and baseUrl', async () => {
    const { all } = await packAndLoad({
      'tsconfig.json': config({
        baseUrl: './src',
        paths: { '@/*': ['*', '../lib/*'], '@/special/*': ['s/*'], one: ['./single.ts'] },
      }),
      'main.ts': `import a from '@/a'\nimport b from '@/b'\nimport c from '@/special/c'\nimport one from 'one'\nimport below from 'deep/below'
export const all = [a, b, c, one, below, require('@/a').default]`,
      'src/a.ts': 'export default "a"',
      'lib/b.js': 'module.exports = "b"',
      'src/s/c.ts': 'export default "c"',
      'src/special/c.ts': 'export default "wrong"',
      'src/single.ts': 'export default "one"',
      'src/deep/below.ts': 'export default "below"',
    })
    expect(all).toEqual(['a', 'b', 'c', 'one', 'below', 'a'])
  })

  test('paths that lead nowhere leave what the specifier means without them', async () => {
    const files = {
      'tsconfig.json': config({ paths: { '*': ['./types/*'], '@/*': ['../../outside/*'] } }),
      'main.ts': `import pkg from 'pkg'\nexport const all = pkg`,
      'node_modules/pkg/index.js': 'module.exports = "pkg"',
    }
    expect((await packAndLoad(files, { external: ['pkg'] }))['all']).toBe('pkg')
    await expect(
      packAndLoad({ ...files, 'other.ts': `import '@/x'` }, { external: ['pkg'] }),
    ).rejects.toMatchObject({
      code: 'BUNDLE_MODULE_NOT_FOUND',
      file: '/other.ts',
    })
  })

  test('jsx, jsxFactory and jsxImportSource, unless the option "jsx" names them itself', async () => {
    const files = {
      'tsconfig.json': config({ jsx: 'react', jsxFactory: 'h', jsxFragmentFactory: 'F' }),
      'main.tsx': `const h = (...args: unknown[]) => args\nconst F = 'fragment'\nexport const all = <><p a="1">x</p></>`,
    }
    const all = ['fragment', null, ['p', { a: '1' }, 'x']]
    expect((await packAndLoad(files, { jsx: true }))['all']).toEqual(all)
    const other = { ...files, 'tsconfig.json': config({ jsx: 'react-jsx', jsxImportSource: 'pkg' }) }
    const jsxRuntime = {
      'node_modules/pkg/jsx-runtime.js': 'exports.jsx = (type) => [type]; exports.Fragment = "f"',
    }
    expect((await packAndLoad({ ...other, ...jsxRuntime }, { jsx: true, external: ['pkg'] }))['all']).toEqual(
      ['f'],
    )
    const jsx = { runtime: 'classic', factory: 'h', fragment: 'F' } as const
    expect((await packAndLoad(other, { jsx }))['all']).toEqual(all)
  })

  test('the nearest one counts, with what it extends', async () => {
    await using folder = await guestFolder({
      'tsconfig.json': config({ useDefineForClassFields: true }),
      'old/tsconfig.json': config({ paths: { '~/*': ['./*'] } }, { extends: ['../base', './more.json'] }),
      'base.json': config({ useDefineForClassFields: false, baseUrl: './shared' }),
      'old/more.json': config({ experimentalDecorators: true }),
      'old/a.ts': `${FIELDS}\nimport b from '~/b'\nimport c from 'c'\nexport const all = [b, c]`,
      'old/b.ts': 'export default "b"',
      'shared/c.ts': 'export default "c"',
      'new/a.ts': FIELDS,
    })
    const bundle = await packFolder(folder.path)
    expect(loadBundle(bundle, '/old/a.ts')).toMatchObject({ value: 'kept', all: ['b', 'c'] })
    expect(loadBundle(bundle, '/new/a.ts')).toMatchObject({ value: 'lost' })
  })

  test('an edit of it is noticed', async () => {
    await using folder = await guestFolder({
      'tsconfig.json': config({ useDefineForClassFields: true }),
      'main.ts': FIELDS,
    })
    const bundles = new FolderBundles()
    const before = await bundles.bundleOf(folder.path)
    await writeFile(join(folder.path, 'tsconfig.json'), config({ useDefineForClassFields: false }))
    expect((await bundles.bundleOf(folder.path)).id).not.toBe(before.id)
  })
})

describe('what cannot be obeyed is told', () => {
  test('emitDecoratorMetadata, where there are decorators', async () => {
    const options = { experimentalDecorators: true, emitDecoratorMetadata: true }
    const files = { 'tsconfig.json': config(options), 'a.ts': '@note class A {}\nfunction note() {}' }
    await expect(packAndLoad(files)).rejects.toMatchObject({
      code: 'BUNDLE_FILE_REFUSED',
      file: '/a.ts',
      message: expect.stringContaining('"emitDecoratorMetadata" in /tsconfig.json'),
    })
    expect(
      await packAndLoad({
        ...files,
        'a.ts': '/** @note */\nexport const a = "@x"',
        'main.ts': 'export const b = 1',
      }),
    ).toEqual({ b: 1 })
  })

  test.each([
    ['{ "compilerOptions": {', 'BUNDLE_SYNTAX_ERROR'],
    ['{\n  "compilerOptions": { "target": es5 }\n}', 'BUNDLE_SYNTAX_ERROR'],
    ['{ "compilerOptions": { "paths": { "@/*": "src/*" } } }', 'BUNDLE_FILE_REFUSED'],
    ['{ "extends": "./tsconfig.json" }', 'BUNDLE_FILE_REFUSED'],
    ['[]', 'BUNDLE_FILE_REFUSED'],
  ])('%s', async (text, code) => {
    await expect(packAndLoad({ 'tsconfig.json': text, 'main.ts': '' })).rejects.toMatchObject({
      code,
      file: '/tsconfig.json',
    })
  })

  test('what it extends that is not in the folder', async () => {
    await using folder = await guestFolder({
      'rules/tsconfig.json': config({}, { extends: ['@tsconfig/node24/tsconfig.json', '../../secret.json'] }),
      'rules/a.ts': 'export const a = 1',
      'secret.json': config({ useDefineForClassFields: false }),
    })
    const { warnings, problems } = await checkFolder(join(folder.path, 'rules'))
    expect(problems).toEqual([])
    expect(warnings.map(({ file, message }) => [file, message.split(',')[0]])).toEqual([
      ['/tsconfig.json', '"extends" names "@tsconfig/node24/tsconfig.json"'],
      ['/tsconfig.json', '"extends" names "../../secret.json"'],
    ])
  })
})
