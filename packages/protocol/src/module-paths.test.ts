import type { BundleFile } from './bundle.ts'
import { expect, test } from 'vitest'
import { ModulePaths } from './module-paths.ts'

const NONE = 'the bundle holds no such file'

test('resolve() finds files as Node does: exact, with an ending, as a folder', () => {
  const paths = pathsOf([
    '/a',
    '/a.js',
    '/b.json',
    '/b.js',
    '/c/index.js',
    '/c.js',
    '/d/index.json',
    '/e.mts',
  ])
  expect(paths.resolve('/main.js', './a')).toBe('/a')
  expect(paths.resolve('/main.js', './b')).toBe('/b.js')
  expect(paths.resolve('/main.js', './b.json')).toBe('/b.json')
  expect(paths.resolve('/main.js', './c')).toBe('/c.js')
  expect(paths.resolve('/main.js', './d')).toBe('/d/index.json')
  expect(paths.resolve('/main.js', './e')).toBe('/e.mts')
  expect(paths.resolve('/main.js', '/c/index')).toBe('/c/index.js')
  expect(paths.resolve('/main.js', './f')).toBe(NONE)
})

test('resolve() takes a specifier that ends like a folder for one', () => {
  const paths = pathsOf(['/c/index.js', '/c.js', '/index.js', '/c/deep/x.js'])
  expect(paths.resolve('/main.js', './c/')).toBe('/c/index.js')
  expect(paths.resolve('/main.js', '.')).toBe('/index.js')
  expect(paths.resolve('/c/deep/x.js', '..')).toBe('/c/index.js')
  expect(paths.resolve('/c/deep/x.js', '../')).toBe('/c/index.js')
  expect(paths.resolve('/c/deep/x.js', '../.')).toBe('/c/index.js')
  expect(paths.resolve('/c/deep/x.js', '../../c/./..//index')).toBe('/index.js')
})

test('resolve() obeys the main of a package.json, and falls back to the index', () => {
  const paths = pathsOf(
    ['/lib/src/start.js', '/lib/index.js', '/to/folder/index.js', '/odd/index.js', '/bad/index.js'],
    {
      '/lib/package.json': '{"main":"./src/start"}',
      '/to/package.json': '{"main":"folder"}',
      '/odd/package.json': '{"main":["x"]}',
      '/bad/package.json': 'null',
      '/out/package.json': '{"main":"../../../main.js"}',
    },
  )
  expect(paths.resolve('/main.js', './lib')).toBe('/lib/src/start.js')
  expect(paths.resolve('/main.js', './to')).toBe('/to/folder/index.js')
  expect(paths.resolve('/main.js', './odd')).toBe('/odd/index.js')
  expect(paths.resolve('/main.js', './bad')).toBe('/bad/index.js')
  expect(paths.resolve('/main.js', './out')).toBe(NONE)
})

test('resolve() finds TypeScript by the name it has when compiled', () => {
  const paths = pathsOf(['/a.ts', '/b.tsx', '/c.mts', '/d.cts', '/e.js', '/e.ts'])
  const found = ['./a.js', './b.js', './b.jsx', './c.mjs', './d.cjs', './e.js'].map((specifier) =>
    paths.resolve('/main.js', specifier),
  )
  expect(found).toEqual(['/a.ts', '/b.tsx', '/b.tsx', '/c.mts', '/d.cts', '/e.js'])
})

test('resolve() knows the endings that the bundle has of its own', () => {
  expect(pathsOf(['/vat.rule', '/x/index.rule']).resolve('/main.js', './vat')).toBe('/vat.rule')
  expect(pathsOf(['/vat.rule', '/x/index.rule']).resolve('/main.js', './x')).toBe('/x/index.rule')
})

test('resolve() does not leave the bundle, and does not mistake what every object has for a file', () => {
  const paths = pathsOf(['/main.js'])
  expect(paths.resolve('/main.js', '../main.js')).toBe('the path leaves the bundle')
  expect(paths.resolve('/main.js', './x/../../main.js')).toBe('the path leaves the bundle')
  expect(paths.resolve('/main.js', '/../main.js')).toBe('the path leaves the bundle')
  expect(paths.resolve('/main.js', './__proto__')).toBe(NONE)
  for (const specifier of ['__proto__', 'constructor', 'toString', '', '\0', '...', '.x', 'C:\\x'])
    expect(paths.resolve('/main.js', specifier)).toMatch(/^nothing by that name was packed/)
})

test('resolve() gives what packing decided for this file, and its reason where there is nothing', () => {
  const files: Record<string, BundleFile> = {
    '/main.js': {
      kind: 'commonjs',
      code: '',
      imports: { lodash: '/node_modules/lodash.js', './a.js': '/b.js' },
      missing: { fs: 'it is built into Node.js' },
    },
    '/a.js': { kind: 'commonjs', code: '' },
  }
  const paths = new ModulePaths(files)
  expect(paths.resolve('/main.js', 'lodash')).toBe('/node_modules/lodash.js')
  expect(paths.resolve('/main.js', './a.js')).toBe('/b.js')
  expect(paths.resolve('/main.js', 'fs')).toBe('it is built into Node.js')
  expect(paths.resolve('/a.js', 'lodash')).toMatch(/^nothing by that name was packed/)
})

test('resolve() does not grow with the ways to write a path', () => {
  const paths = pathsOf(['/a.js'])
  let specifier = './a.js'
  for (let count = 0; count < 5_000; count++) {
    expect(paths.resolve(`/main${count}.js`, specifier)).toBe('/a.js')
    if (count % 50 === 0) specifier = `./${specifier}`
  }
})

function pathsOf(modules: readonly string[], json: Readonly<Record<string, string>> = {}): ModulePaths {
  const files: [string, BundleFile][] = [
    ...modules.map((path): [string, BundleFile] => [path, { kind: 'commonjs', code: '' }]),
    ...Object.entries(json).map(([path, code]): [string, BundleFile] => [path, { kind: 'json', code }]),
  ]
  return new ModulePaths(Object.fromEntries(files))
}
