import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { guestFolder } from '@isolated-runtime/testing'
import { describe, expect, test } from 'vitest'
import { loadBundle } from '../fixtures/load-bundle.ts'
import { packAndLoad } from '../fixtures/pack-and-load.ts'
import { packFolder } from '../pack-folder.ts'

const external = ['*', '@acme/*']
const tryRequire = (specifier: string): string =>
  `try { exports.value = require('${specifier}') } catch (error) { exports.why = error.message }`

describe('packages are found', () => {
  test('by main, index, a directory with a package.json, and without ending', async () => {
    const exports = await packAndLoad(
      {
        'main.js': `exports.all = [require('by-main'), require('by-index'), require('by-index/lib'), require('by-index/file'), require('by-index/file.json')]`,
        'node_modules/by-main/package.json': '{"main":"./lib/start"}',
        'node_modules/by-main/lib/start.js': 'module.exports = "main"',
        'node_modules/by-index/index.js': 'module.exports = "index"',
        'node_modules/by-index/lib/package.json': '{"main":"../other.js"}',
        'node_modules/by-index/other.js': 'module.exports = "other"',
        'node_modules/by-index/file.js': 'module.exports = "file"',
        'node_modules/by-index/file.json': '"json"',
      },
      { external },
    )
    expect(exports['all']).toEqual(['main', 'index', 'other', 'file', 'json'])
  })

  test('by exports, with the condition for how they are asked for, and never that of Node', async () => {
    const files = {
      'main.js': `exports.required = [require('dual'), require('dual/sub/x'), require('dual/browser')]`,
      'esm.mjs': `import dual from 'dual'\nexport const imported = dual`,
      'node_modules/dual/package.json': JSON.stringify({
        exports: {
          '.': { import: './index.mjs', require: './index.cjs' },
          './sub/*': './lib/*.js',
          './browser': { node: './none.js', browser: './browser.js' },
        },
      }),
      'node_modules/dual/index.mjs': 'export default "import"',
      'node_modules/dual/index.cjs': 'module.exports = "require"',
      'node_modules/dual/lib/x.js': 'module.exports = "x"',
      'node_modules/dual/browser.js': 'module.exports = "browser"',
    }
    await using folder = await guestFolder(files)
    const bundle = await packFolder(folder.path, { external })
    expect(loadBundle(bundle, '/main.js')['required']).toEqual(['require', 'x', 'browser'])
    expect(loadBundle(bundle, '/esm.mjs')['imported']).toBe('import')
  })

  test('with what they depend on, each in the version it has, and one instance of what they share', async () => {
    const exports = await packAndLoad(
      {
        'main.js': `exports.all = [require('a'), require('b'), require('shared').version, require('a').shared === require('b').shared]`,
        'node_modules/a/package.json': '{"version":"1.0.0"}',
        'node_modules/a/index.js': 'exports.dep = require("dep").version; exports.shared = require("shared")',
        'node_modules/b/index.js': 'exports.dep = require("dep").version; exports.shared = require("shared")',
        'node_modules/b/node_modules/dep/index.js': 'exports.version = 2',
        'node_modules/dep/index.js': 'exports.version = 1',
        'node_modules/shared/index.js': 'exports.version = 3',
      },
      { external },
    )
    const shared = { version: 3 }
    expect(exports['all']).toEqual([{ dep: 1, shared }, { dep: 2, shared }, 3, true])
  })

  test('where the same version is installed twice, and the names stay the same from pack to pack', async () => {
    const manifest = '{"version":"1.0.0"}'
    await using folder = await guestFolder({
      'main.js': `exports.all = [require('a').dep, require('b').dep]`,
      'node_modules/a/index.js': 'exports.dep = require("dep")',
      'node_modules/b/index.js': 'exports.dep = require("dep")',
      'node_modules/a/node_modules/dep/package.json': manifest,
      'node_modules/a/node_modules/dep/index.js': 'module.exports = "of a"',
      'node_modules/b/node_modules/dep/package.json': manifest,
      'node_modules/b/node_modules/dep/index.js': 'module.exports = "of b"',
    })
    const bundles = await Promise.all([1, 2, 3].map(() => packFolder(folder.path, { external })))
    expect(new Set(bundles.map(({ id }) => id)).size).toBe(1)
    for (const bundle of bundles) expect(loadBundle(bundle, '/main.js')['all']).toEqual(['of a', 'of b'])
  })

  test('as ESM and CommonJS that use each other, as Node has them', async () => {
    const exports = await packAndLoad(
      {
        'main.mjs': `import { all } from 'esm'\nimport legacy, { named } from 'legacy'\nexport { all, legacy, named }`,
        'node_modules/esm/package.json':
          '{"type":"module","exports":"./index.js","imports":{"#own":"./own.js"}}',
        'node_modules/esm/index.js': `import legacy from 'legacy'\nimport own from '#own'\nexport const all = [typeof legacy.default, own, import.meta.url]`,
        'node_modules/esm/own.js': 'export default "own"',
        'node_modules/legacy/index.js':
          'exports.__esModule = true; exports.default = () => 1; exports.named = 2',
      },
      { external },
    )
    expect(exports['all']).toEqual(['function', 'own', 'file:///node_modules/'])
    expect(exports['legacy']).toBeTypeOf('function')
    expect(exports['named']).toBe(2)
  })

  test('in the build for browsers that is CommonJS, or expects "self", though the package is ESM', async () => {
    const exports = await packAndLoad(
      {
        'main.mjs': `import umd from 'umd'\nexport const all = [umd.kind, umd.self === globalThis]`,
        'node_modules/umd/package.json': '{"type":"module","browser":"umd.js"}',
        'node_modules/umd/esm.js': 'export default { kind: "esm" }',
        'node_modules/umd/umd.js': `(function (root, factory) { typeof exports === 'object' ? module.exports = factory() : root.umd = factory() })(self, () => ({ kind: 'umd', self }))`,
      },
      { external },
    )
    expect(exports['all']).toEqual(['umd', true])
  })

  test('with the type that the package.json nearest to a file gives', async () => {
    const exports = await packAndLoad(
      {
        'main.js': `exports.all = [require('nested').legacy, require('nested/plain').legacy]`,
        'node_modules/nested/package.json': '{"main":"esm/index.js"}',
        'node_modules/nested/plain.js': `import legacy from 'legacy'\nexport { legacy }`,
        'node_modules/nested/esm/package.json': '{"type":"module"}',
        'node_modules/nested/esm/index.js': `import legacy from 'legacy'\nexport { legacy }`,
        'node_modules/legacy/index.js': 'exports.__esModule = true; exports.default = 1',
      },
      { external },
    )
    // As Node has it, ESM gets the whole of what CommonJS exports; elsewhere, as compilers have it, its default.
    expect(exports['all']).toEqual([{ __esModule: true, default: 1 }, 1])
  })

  test('above the folder, unless it is told where', async () => {
    const files = {
      'app/rules/main.js': tryRequire('up'),
      'app/node_modules/up/index.js': 'module.exports = "up"',
      'given/up/index.js': 'module.exports = "given"',
    }
    await using folder = await guestFolder(files)
    const rules = join(folder.path, 'app/rules')
    const value = async (nodeModules?: string[]): Promise<unknown> =>
      loadBundle(await packFolder(rules, { external, nodeModules }), '/main.js')['value']
    expect(await value()).toBe('up')
    expect(await value([join(folder.path, 'given')])).toBe('given')
    expect(await value([])).toBeUndefined()
  })

  test('in layouts of symlinks, as pnpm makes them', async () => {
    await using folder = await guestFolder({
      'main.js': `exports.all = require('a')`,
      'node_modules/.store/a@1.0.0/node_modules/a/index.js': 'module.exports = ["a", require("b")]',
      'node_modules/.store/b@1.0.0/node_modules/b/index.js': 'module.exports = "b"',
    })
    const modules = join(folder.path, 'node_modules')
    await symlink('.store/a@1.0.0/node_modules/a', join(modules, 'a'))
    await symlink('../../b@1.0.0/node_modules/b', join(modules, '.store/a@1.0.0/node_modules/b'))
    const bundle = await packFolder(folder.path, { external: ['a'] })
    expect(loadBundle(bundle, '/main.js')['all']).toEqual(['a', 'b'])
  })
})

test('packages stand in for modules of Node where they are allowed and installed', async () => {
  const files = {
    'main.js': `exports.all = [require('events'), require('node:path'), require('user').events]`,
    'node_modules/events/index.js': 'module.exports = "events"',
    'node_modules/path-browserify/index.js': 'module.exports = "path"',
    'node_modules/user/package.json': '{"dependencies":{"events":"1"}}',
    'node_modules/user/index.js': 'exports.events = require("events")',
  }
  const allowed = ['events', 'path-browserify', 'user']
  expect((await packAndLoad(files, { external: allowed }))['all']).toEqual(['events', 'path', 'events'])
})

describe('a folder cannot get at what is not its own', () => {
  test('by what its packages put in the place of their files', async () => {
    const { all } = await packAndLoad(
      {
        'rules/main.js': `exports.all = [require('a'), require('b')]`,
        'rules/node_modules/a/package.json': '{"browser":{"./index.js":"../../../secret.js"}}',
        'rules/node_modules/a/index.js': 'module.exports = "a"',
        'rules/node_modules/b/index.js': 'module.exports = require("./lib")',
        'rules/node_modules/b/lib/package.json': '{"main":"../../../../secret.js"}',
        'rules/node_modules/b/lib/index.js': 'module.exports = "b"',
        'secret.js': 'module.exports = "secret"',
      },
      { external },
      'rules',
    )
    expect(all).toEqual(['a', 'b'])
  })

  test('by a symlink in its node_modules', async () => {
    await using folder = await guestFolder({
      'rules/main.js': tryRequire('secret'),
      'secret/index.js': 'module.exports = "secret"',
    })
    await mkdir(join(folder.path, 'rules/node_modules'))
    await symlink('../../secret', join(folder.path, 'rules/node_modules/secret'))
    const { value, why } = loadBundle(await packFolder(join(folder.path, 'rules'), { external }), '/main.js')
    expect(value).toBeUndefined()
    expect(why).toContain('is a symlink that leaves the folder')
  })

  test('by a symlink in a package', async () => {
    await using folder = await guestFolder({
      'rules/main.js': `exports.all = require('pkg')`,
      'rules/node_modules/pkg/index.js': `try { exports.value = require('./link.js') } catch (error) { exports.why = error.message }`,
      'secret.js': 'module.exports = "secret"',
    })
    await symlink('../../../secret.js', join(folder.path, 'rules/node_modules/pkg/link.js'))
    const bundle = await packFolder(join(folder.path, 'rules'), { external })
    expect(loadBundle(bundle, '/main.js')['all']).toEqual({
      why: expect.stringContaining('"./link.js" of package "pkg" is a symlink that leaves the package'),
    })
  })

  test('by a package of its own that depends on one of the machine', async () => {
    const files = {
      'app/rules/main.js': `exports.all = require('lodash')`,
      'app/rules/node_modules/lodash/package.json': '{"dependencies":{"@acme/secret":"1"}}',
      'app/rules/node_modules/lodash/index.js': tryRequire('@acme/secret'),
      'app/node_modules/@acme/secret/index.js': 'module.exports = "secret"',
    }
    const { all } = await packAndLoad(files, { external: ['lodash'] }, 'app/rules')
    expect(all).toEqual({ why: expect.stringContaining('"external" does not allow it') })
    const { all: allowed } = await packAndLoad(files, { external: ['lodash', '@acme/*'] }, 'app/rules')
    expect(allowed).toEqual({ value: 'secret' })
  })
})
