import { describe, expect, test } from 'vitest'
import { packAndLoad } from '../fixtures/pack-and-load.ts'

const external = ['*', '@acme/*']
const tryRequire = (specifier: string): string =>
  `try { exports.value = require('${specifier}') } catch (error) { exports.why = error.message }`

describe('what cannot be had says why', () => {
  test.each([
    ['left', [], 'the option "external" does not allow it'],
    ['@acme/tax', ['@other/*', 'acme', 'tax'], 'the option "external" does not allow it'],
    ['left/pad', ['left/fp'], 'the option "external" does not allow it'],
    ['left', ['left'], 'no package "left" is installed where it was looked for'],
    ['fs', ['fs'], '"fs" is built into Node.js, and guests do not have it'],
    ['node:fs/promises', ['*'], '"fs/promises" is built into Node.js, and guests do not have it'],
    ['node:events', [], 'the npm package "events" can stand in for it'],
    [
      'node:events',
      ['*'],
      '"events" is built into Node.js, and guests do not have it; the npm package "events" can',
    ],
    ['https://example.org/x.js', ['*'], 'it is neither a path nor the name of a package'],
    ['data:text/javascript,1', ['*'], 'it is neither a path nor the name of a package'],
    ['#own', ['*'], 'it is neither a path nor the name of a package'],
    [
      'left@1.2.3',
      ['*'],
      `a version is no part of the name of a package; install that version and ask for 'left'`,
    ],
    ['@acme/tax@^2/vat', ['*'], `ask for '@acme/tax'`],
    ['@acme/..', ['*'], 'it is neither a path nor the name of a package'],
    ['broken', ['broken'], 'its package.json is not JSON'],
    ['list', ['list'], 'its package.json holds no object'],
    ['empty', ['empty'], 'package "empty" has no main file'],
    ['closed/inner.js', ['closed'], 'package "closed" does not export "./inner.js"'],
    ['new', ['*'], 'package "new" does not export "." to "require", only to "import"'],
    ['out-by-exports', ['*'], '"exports" of package "out-by-exports" leave it, by "./../../secret.js"'],
    ['out-by-main', ['*'], '"../../secret.js" leaves package "out-by-main"'],
    ['empty/styles.css', ['*'], 'a file that ends in ".css" cannot be packed'],
    ['empty/../../secret.js', ['*'], '"./../../secret.js" leaves package "empty"'],
  ])('%s with %j: %s', async (specifier, allowed, why) => {
    const exports = await packAndLoad(
      {
        'rules/main.js': tryRequire(specifier),
        'rules/secret.js': 'module.exports = "secret"',
        'rules/node_modules/broken/package.json': '{',
        'rules/node_modules/list/package.json': '[]',
        'rules/node_modules/empty/package.json': '{}',
        'rules/node_modules/empty/styles.css': 'a {}',
        'rules/node_modules/closed/package.json': '{"exports":{".":"./inner.js"}}',
        'rules/node_modules/closed/inner.js': '',
        'rules/node_modules/new/package.json': '{"exports":{"import":"./new.js"}}',
        'rules/node_modules/new/new.js': 'export const a = 1',
        'rules/node_modules/out-by-exports/package.json': '{"exports":"./../../secret.js"}',
        'rules/node_modules/out-by-main/package.json': '{"main":"../../secret.js"}',
      },
      { external: allowed },
      'rules',
    )
    expect(exports['value']).toBeUndefined()
    expect(exports['why']).toContain(`Cannot find module '${specifier}'`)
    expect(exports['why']).toContain(why)
  })

  test('inside of packages only when it is asked for', async () => {
    const exports = await packAndLoad(
      {
        'main.js': `exports.all = require('pkg')`,
        'node_modules/pkg/index.js': `
          const tried = (load) => { try { return load() } catch (error) { return error.message } }
          module.exports = [tried(() => require('fs')), tried(() => require('optional')), tried(() => require('./native.node')), tried(() => require('../../secret.js')), tried(() => require('assert'))]`,
        'node_modules/pkg/native.node': '',
        'secret.js': 'module.exports = "secret"',
      },
      { external },
    )
    expect(exports['all']).toEqual([
      expect.stringContaining('"fs" is built into Node.js'),
      expect.stringContaining('no package "optional" is installed'),
      expect.stringContaining('a file that ends in ".node" cannot be packed'),
      expect.stringContaining('"../../secret.js" leaves package "pkg"'),
      expect.stringContaining('"assert" is built into Node.js'),
    ])
  })
})
