import { execFileSync } from 'node:child_process'
import { chmod, mkdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { guestFolder } from '@isolated-runtime/testing'
import { describe, expect, test, vi } from 'vitest'
import { loadBundle } from '../fixtures/load-bundle.ts'
import { FolderBundles } from '../folder-bundles.ts'
import { packFolder } from '../pack-folder.ts'

const external = ['*']
const MAIN = `try { exports.value = require('pkg') } catch (error) { exports.why = error.message }`

async function whyNot(folder: string): Promise<unknown> {
  return loadBundle(await packFolder(folder, { external }), '/main.js')['why']
}

describe('a package.json that is no file is not waited on', () => {
  test.each([
    ['a FIFO', (path: string) => execFileSync('mkfifo', [path])],
    ['a directory', (path: string) => mkdir(path)],
    ['a device', (path: string) => symlink('/dev/zero', path)],
    ['a symlink to itself', (path: string) => symlink('package.json', path)],
  ])('%s', async (_, make) => {
    await using folder = await guestFolder({ 'main.js': MAIN, 'node_modules/pkg/index.js': '' })
    await make(join(folder.path, 'node_modules/pkg/package.json'))
    expect(await whyNot(folder.path)).toContain(
      'package "pkg" cannot be used: Cannot bundle "node_modules/pkg/package.json"',
    )
  })

  test('one of 1 GB is not read', async () => {
    await using folder = await guestFolder({ 'main.js': MAIN, 'node_modules/pkg/package.json': '' })
    await truncate(join(folder.path, 'node_modules/pkg/package.json'), 2 ** 30)
    expect(await whyNot(folder.path)).toContain('it is 1,073,741,824 bytes, the most allowed is 1,048,576')
  })
})

test('a file of 1 GB in a package is refused unread', async () => {
  await using folder = await guestFolder({ 'main.js': MAIN, 'node_modules/pkg/index.js': '' })
  await truncate(join(folder.path, 'node_modules/pkg/index.js'), 2 ** 30)
  await expect(packFolder(folder.path, { external })).rejects.toMatchObject({
    code: 'BUNDLE_FILE_REFUSED',
    message: expect.stringContaining('"/node_modules/pkg/index.js": it is 1,073,741,824 bytes'),
  })
})

test('more files of packages than a bundle may hold are refused before they are packed', async () => {
  await using folder = await guestFolder({
    'main.js': `require('pkg/a'); require('pkg/b'); require('pkg/c')`,
    'node_modules/pkg/a.js': '',
    'node_modules/pkg/b.js': '',
    'node_modules/pkg/c.js': '',
  })
  await expect(packFolder(folder.path, { external, maxFiles: 2 })).rejects.toMatchObject({
    code: 'BUNDLE_TOO_LARGE',
    message: 'The code asks for 3 files of packages; "maxFiles" is 2',
  })
})

test('a package that esbuild takes but V8 does not is refused in its place', async () => {
  await using folder = await guestFolder({
    'main.js': MAIN,
    'node_modules/pkg/index.js': 'exports.twice = /(?<a>x)(?<a>y)/',
  })
  await expect(packFolder(folder.path, { external })).rejects.toMatchObject({
    code: 'BUNDLE_SYNTAX_ERROR',
    message: expect.stringMatching(
      /^Cannot parse \/node_modules\/pkg\/index\.js:\d+:\d+: Invalid regular expression: .*\n\n.*twice = /,
    ),
  })
})

test('packages may not be larger than a bundle all together', async () => {
  const half = `/*${'x'.repeat(600)}*/`
  await using folder = await guestFolder({
    'main.js': MAIN,
    'node_modules/pkg/index.js': `${half}require('./other')`,
    'node_modules/pkg/other.js': half,
  })
  await expect(packFolder(folder.path, { external, maxBytes: 1_000 })).rejects.toMatchObject({
    code: 'BUNDLE_TOO_LARGE',
    message: expect.stringMatching(
      /^The packages come to more than 1,000 bytes, as of .*"maxBytes" is 1,000$/,
    ),
  })
})

test('what is not UTF-8, or does not parse, is told by its place', async () => {
  await using folder = await guestFolder({
    'main.js': MAIN,
    'node_modules/pkg/package.json': '{"version":"1.2.3"}',
    'node_modules/pkg/index.js': 'exports.a = 1\nexports.b = (',
  })
  await expect(packFolder(folder.path, { external })).rejects.toMatchObject({
    code: 'BUNDLE_SYNTAX_ERROR',
    message: expect.stringContaining('Cannot parse /node_modules/pkg@1.2.3/index.js:2:14'),
  })
  await writeFile(join(folder.path, 'node_modules/pkg/index.js'), new Uint8Array([0xff]))
  await expect(packFolder(folder.path, { external })).rejects.toMatchObject({
    code: 'BUNDLE_FILE_REFUSED',
    message: expect.stringContaining('it is not valid UTF-8'),
  })
})

describe('a circle ends', () => {
  test.each([
    ['node_modules that is a symlink to itself', 'node_modules', 'node_modules'],
    ['node_modules that is a symlink to its folder', 'node_modules', '.'],
  ])('of %s', async (_, name, target) => {
    await using folder = await guestFolder({ 'main.js': MAIN })
    await symlink(target, join(folder.path, name))
    expect(await whyNot(folder.path)).toContain('no package "pkg" is installed')
  })

  test('of packages that are symlinks to each other, or hold themselves', async () => {
    await using folder = await guestFolder({
      'main.js': MAIN,
      'node_modules/pkg/index.js': `exports.again = require('pkg') === exports; exports.dep = require('dep').dep`,
      'node_modules/dep/index.js': `exports.dep = require('pkg').again`,
    })
    const modules = join(folder.path, 'node_modules')
    await symlink('..', join(modules, 'pkg/node_modules'))
    await symlink('../node_modules', join(modules, 'dep/node_modules'))
    const bundle = await packFolder(folder.path, { external })
    expect(loadBundle(bundle, '/main.js')['value']).toEqual({ again: true, dep: true })
  })

  test('of exports and imports that lead to each other', async () => {
    await using folder = await guestFolder({
      'main.js': MAIN,
      'node_modules/pkg/package.json': '{"imports":{"#a":"#b","#b":"#a"},"browser":{"./index":"./index.js"}}',
      'node_modules/pkg/index.js': `require('#a')`,
    })
    expect(await whyNot(folder.path)).toContain('package "pkg" does not import anything as "#a"')
  })
})

test('packages are not looked for where anybody could put them', async () => {
  await using folder = await guestFolder({
    'open/rules/main.js': MAIN,
    'open/node_modules/pkg/index.js': 'module.exports = 1',
  })
  const rules = join(folder.path, 'open/rules')
  expect(loadBundle(await packFolder(rules, { external }), '/main.js')['value']).toBe(1)
  await chmod(join(folder.path, 'open'), 0o777)
  expect(await whyNot(rules)).toContain('no package "pkg" is installed')
})

test('a package that is installed, changed or removed is noticed', async () => {
  await using folder = await guestFolder({ 'main.js': MAIN })
  const bundles = new FolderBundles({ external })
  const value = async (): Promise<unknown> =>
    loadBundle(await bundles.bundleOf(folder.path), '/main.js')['value']
  const pkg = join(folder.path, 'node_modules/pkg')

  expect(await value()).toBeUndefined()
  await mkdir(pkg, { recursive: true })
  await writeFile(join(pkg, 'package.json'), '{"main":"one.js"}')
  await writeFile(join(pkg, 'one.js'), 'module.exports = 1')
  await writeFile(join(pkg, 'two.js'), 'module.exports = 2')
  expect(await value()).toBe(1)
  await writeFile(join(pkg, 'package.json'), '{"main":"two.js"}')
  expect(await value()).toBe(2)
  await rm(pkg, { recursive: true })
  expect(await value()).toBeUndefined()
})

test('packages are not packed again until a package.json of theirs changes', async () => {
  await using folder = await guestFolder({
    'main.js': MAIN,
    'node_modules/pkg/package.json': '{"version":"1.0.0"}',
    'node_modules/pkg/index.js': 'module.exports = require("dep")',
    'node_modules/dep/package.json': '{"version":"1.0.0"}',
    'node_modules/dep/index.js': 'module.exports = 1',
  })
  const bundles = new FolderBundles({ external })
  const valueAfter = async (file: string, text: string): Promise<unknown> => {
    await writeFile(join(folder.path, file), text)
    return loadBundle(await bundles.bundleOf(folder.path), '/main.js')['value']
  }
  // What has only just changed is packed again, to be sure of it.
  const { ctimeMs } = await stat(join(folder.path, 'node_modules/dep/package.json'))
  await vi.waitFor(() => expect(Date.now() - ctimeMs).toBeGreaterThan(100), { interval: 10 })

  expect(await valueAfter('main.js', `${MAIN} // first`)).toBe(1)
  expect(await valueAfter('node_modules/dep/index.js', 'module.exports = 2')).toBe(1)
  expect(await valueAfter('main.js', `${MAIN} // second`)).toBe(1)
  expect(await valueAfter('node_modules/dep/package.json', '{"version":"1.0.1"}')).toBe(2)
})
