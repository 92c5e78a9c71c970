import { guestFolder } from '@isolated-runtime/testing'
import { describe, expect, test } from 'vitest'
import { loadBundle } from '../fixtures/load-bundle.ts'
import { packAndLoad } from '../fixtures/pack-and-load.ts'
import { packFolder } from '../pack-folder.ts'

const external = ['*']

async function load(files: Record<string, string>, main = `exports.all = require('pkg')`): Promise<unknown> {
  const inPackages = Object.entries(files).map(([path, text]) => [`node_modules/${path}`, text])
  return (await packAndLoad({ 'main.js': main, ...Object.fromEntries(inPackages) }, { external }))['all']
}

const umd = (body: string): string => `(function (factory) {
  if (typeof module === 'object' && typeof module.exports === 'object') {
    var v = factory(require, exports); if (v !== undefined) module.exports = v
  }
})(function (require, exports) { ${body} })`

describe('files that a package asks for at run time are there', () => {
  test.each([
    [
      'by a path of a beginning and a name',
      `const n = 'de'; module.exports = require('./langs/' + n + '.json')`,
    ],
    ['by a template', 'const n = "de"; module.exports = require(`./langs/${n}.json`)'],
    ['by __dirname', `module.exports = require(__dirname + '/langs/de.json')`],
    ['by a variable', `const path = ['./langs', 'de.json'].join('/'); module.exports = require(path)`],
    [
      'by a parameter named require',
      `(function (load) { module.exports = load(require) })((require) => require('./langs/de.json'))`,
    ],
    [
      'by a try',
      `let found; try { found = require('./langs/' + 'd' + 'e') } catch { found = 'none' } module.exports = found`,
    ],
  ])('%s', async (_, code) => {
    expect(await load({ 'pkg/index.js': code, 'pkg/langs/de.json': '{"a":1}' })).toEqual({ a: 1 })
  })

  test('by the UMD that TypeScript makes, through several files, each run once', async () => {
    const all = await load({
      'pkg/package.json': '{"main":"./lib/umd/main.js"}',
      'pkg/lib/umd/main.js': umd(`exports.a = require('./impl/a'); exports.b = require('./impl/b')`),
      'pkg/lib/umd/impl/a.js': umd(`exports.shared = require('./shared'); exports.dep = require('dep')`),
      'pkg/lib/umd/impl/b.js': umd(`exports.shared = require('./shared')`),
      'pkg/lib/umd/impl/shared.js':
        'globalThis.runs = (globalThis.runs ?? 0) + 1; exports.runs = globalThis.runs',
      'dep/index.js': 'module.exports = 1',
    })
    expect(all).toEqual({ a: { shared: { runs: 1 }, dep: expect.anything() }, b: { shared: { runs: 1 } } })
  })

  test('where another package depends on it', async () => {
    const all = await load({
      'pkg/index.js': `exports.de = require('langs')('de')`,
      'langs/index.js': `module.exports = (name) => require('./' + name)`,
      'langs/de.js': 'exports.hello = require("./shared")',
      'langs/shared.js': 'module.exports = "hallo"',
    })
    expect(all).toEqual({ de: { hello: 'hallo' } })
  })

  test('though some of the others do not parse', async () => {
    const all = await load(
      {
        'pkg/index.js': `module.exports = (name) => require('./' + name)`,
        'pkg/good.js': 'module.exports = "good"',
        'pkg/bad.js': 'this is no code',
        'pkg/worse.js': 'module.exports = /(/',
        'pkg/bad.json': '{',
      },
      `exports.all = require('pkg')('good')`,
    )
    expect(all).toBe('good')
  })
})

test('a package with many modules that do not parse is packed without them', async () => {
  const bad = Object.fromEntries(
    Array.from({ length: 120 }, (_, index) => [`pkg/bad/${index}.js`, 'let let = /(/ }']),
  )
  const code = `module.exports = (name) => require('./' + name)`
  const main = `exports.all = require('pkg')('good')`
  expect(await load({ 'pkg/index.js': code, 'pkg/good.js': 'module.exports = "good"', ...bad }, main)).toBe(
    'good',
  )
})

test('files of packages that say what they ask for are not files of the bundle', async () => {
  await using folder = await guestFolder({
    'main.js': `exports.all = require('pkg')`,
    'node_modules/pkg/index.js': `
      const nodeRequire = typeof require === 'function' && require.extensions
      module.exports = [require('./a'), typeof require, nodeRequire]`,
    'node_modules/pkg/a.js': 'module.exports = "a"',
    'node_modules/pkg/b.js': 'module.exports = "b"',
  })
  const bundle = await packFolder(folder.path, { external })
  expect(Object.keys(bundle.files)).toEqual(['/main.js', '/node_modules/pkg/index.js'])
  expect(loadBundle(bundle, '/main.js')['all']).toEqual(['a', 'function', undefined])
})

test('a package of too many files is packed as far as can be told', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 1_001 }, (_, index) => [`node_modules/pkg/many/${index}.js`, '']),
  )
  await using folder = await guestFolder({
    'main.js': `exports.all = require('pkg')`,
    'node_modules/pkg/index.js': `module.exports = (name) => require('./many/' + name)`,
    ...many,
  })
  const bundle = await packFolder(folder.path, { external })
  expect(Object.keys(bundle.files)).toEqual(['/main.js', '/node_modules/pkg/index.js'])
})
