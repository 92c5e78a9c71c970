import { createBundle, type BundleFile } from '@isolated-runtime/protocol'
import { afterAll, describe, expect, it } from 'vitest'
import { returning, SMALL, valueFrom, type Call } from './fixtures/call-guest.ts'
import { newCall } from './fixtures/new-call.ts'
import { Sandbox } from './index.ts'

describe('modules of a bundle', () => {
  const sandbox = Sandbox.start(SMALL)
  afterAll(() => sandbox.close())
  const value = (input: Call | string) => valueFrom(sandbox, input)

  it('are required with and without ending, by folder, as JSON, and TypeScript by its .js name', async () => {
    const files = {
      '/data.json': '{"n":1}',
      '/lib/index.js': 'exports.where = [__filename, __dirname]',
      '/other/package.json': '{"main":"start"}',
      '/other/start.js': 'exports.main = true',
      '/typed.ts': 'exports.typed = true',
    }
    const code = `exports.main = () => [
      require('./data').n, require('./lib').where, require('./other').main, require('./typed.js').typed,
      require('./lib') === require('./lib/index.js'), require('/data.json') === require('./data')]`
    expect(await value({ code, files })).toEqual([1, ['/lib/index.js', '/lib'], true, true, true, true])
  })

  it('see each other half done in a cycle', async () => {
    const files = {
      '/a.js': 'exports.early = 1; exports.of = require("./b.js").seen; exports.late = 2',
      '/b.js': 'const a = require("./a.js"); exports.seen = { ...a, loaded: false }; exports.a = a',
    }
    const code = 'exports.main = () => [require("./a.js"), require("./b.js").a === require("./a.js")]'
    expect(await value({ code, files })).toEqual([
      { early: 1, of: { early: 1, loaded: false }, late: 2 },
      true,
    ])
  })

  it('know who they are', async () => {
    const code = `
      const during = module.loaded
      exports.main = () => [module.id, module.filename, module.path, during, module.loaded, module.exports === exports,
        module.require === require, __filename, __dirname, require.resolve('./lib'), require.main === module, this === undefined]`
    expect(await value({ code, files: { '/lib/index.js': '' } })).toEqual([
      '/main.js',
      '/main.js',
      '/',
      false,
      true,
      true,
      true,
      '/main.js',
      '/',
      '/lib/index.js',
      false,
      false,
    ])
  })

  it('run once in a run and anew in the next', async () => {
    const files = {
      '/count.js': 'let count = 0; module.exports = () => ++count',
      '/data.json': '{"list":[]}',
    }
    const code = `exports.main = () => [require('./count')(), require('./count')(), require('./data').list.push(1)]`
    expect(await value({ code, files })).toEqual([1, 2, 1])
    expect(await value({ code, files })).toEqual([1, 2, 1])
    expect(await value({ code, files, realm: 'hardened' })).toEqual([1, 2, 1])
    expect(await value({ code, files, realm: 'hardened' })).toEqual([1, 2, 1])
  })

  it('run again after they threw', async () => {
    const files = {
      '/fragile.js':
        'global.tries = (global.tries ?? 0) + 1; if (tries < 2) throw new Error("not yet"); module.exports = tries',
    }
    const code = `exports.main = () => { try { require('./fragile') } catch (e) { return [e.message, require('./fragile')] } }`
    expect(await value({ code, files })).toEqual(['not yet', 2])
  })

  it.each([
    ['./none', 'the bundle holds no such file'],
    ['../outside', 'the path leaves the bundle'],
    ['lodash', 'nothing by that name was packed'],
    ['fs', '"fs" is built into Node.js'],
    ['node:events', '"events" is built into Node.js, and guests do not have it; the npm package'],
  ])('do not find %s: %s', async (specifier, why) => {
    const code = `exports.main = (resolve) => {
      try { (resolve ? require.resolve : require)('${specifier}') }
      catch (e) { return [e.code, e.message, e instanceof Error] } }`
    const failure = [
      'MODULE_NOT_FOUND',
      expect.stringContaining(`'${specifier}' required from '/main.js': ${why}`),
      true,
    ]
    expect(await value({ code })).toEqual(failure)
    expect(await value({ code, args: [true] })).toEqual(failure)
  })

  it('find packages where packing put them, and tell its reason for those it did not find', async () => {
    const files: Record<string, BundleFile> = {
      '/main.js': {
        kind: 'commonjs',
        code: `exports.main = () => { try { require('fs') } catch (e) { return [require('math')(2), require.resolve('math'), e.message] } }`,
        imports: { math: '/node_modules/math.js' },
        missing: { fs: 'it is built into Node.js' },
      },
      '/node_modules/math.js': { kind: 'commonjs', code: 'module.exports = (n) => n * n' },
    }
    const outcome = await sandbox.run({
      bundle: createBundle(files),
      call: newCall(),
      tenant: 'acme',
    })
    expect(outcome).toMatchObject({
      status: 'succeeded',
      valueJson: JSON.stringify([
        4,
        '/node_modules/math.js',
        "Cannot find module 'fs' required from '/main.js': it is built into Node.js",
      ]),
    })
  })

  it('cannot be asked for by what is not a string', async () => {
    const code =
      'exports.main = () => { try { require({ toString: () => "./main.js" }) } catch (e) { return [e instanceof TypeError, e.message] } }'
    expect(await value(code)).toEqual([true, 'The specifier of a module must be a string'])
    expect(await value(returning('require.cache === undefined'))).toBe(true)
  })
})
