import { guestFolder } from '@isolated-runtime/testing'
import { describe, expect, test } from 'vitest'
import { packAndLoad } from './fixtures/pack-and-load.ts'
import { packFolder } from './pack-folder.ts'

const manifest = (imports: unknown): string => JSON.stringify({ imports })

describe('the "imports" of the nearest package.json', () => {
  const files = {
    'package.json': manifest({
      '#rates': './deep/rates.ts',
      '#deep/*': './deep/*.js',
      '#kind': { import: './deep/import.js', require: './deep/require.js' },
      '#adder': 'adder',
    }),
    'deep/rates.ts': 'export const vat: number = 0.19',
    'deep/import.js': 'module.exports = "import"',
    'deep/require.js': 'module.exports = "require"',
    'node_modules/adder/index.js': 'module.exports = "adder"',
  }

  test('lead to files and to packages, as import and as require', async () => {
    const { all } = await packAndLoad(
      {
        ...files,
        'main.ts': `
          import { vat } from '#rates'
          import rates = require('#deep/require')
          import kind from '#kind'
          export const all = [vat, rates, kind, require('./other'), require('#adder')]`,
        'other.js': `module.exports = require('#kind')`,
      },
      { external: ['adder'] },
    )
    expect(all).toEqual([0.19, 'require', 'import', 'require', 'adder'])
  })

  test('are those of the nearest only, and the hook "resolve" goes before them', async () => {
    const main = `try { require('#rates') } catch (error) { exports.error = error.message }`
    const nearer = await packAndLoad({
      ...files,
      'main.js': `exports.error = require('./a/b').error`,
      'a/b.js': main,
      'a/package.json': '{}',
    })
    expect(nearer['error']).toContain('it is neither a path nor the name of a package')
    const decided = await packAndLoad({ ...files, 'main.js': main }, { resolve: () => '/none.js' })
    expect(decided['error']).toContain(`the hook "resolve" gave '/none.js'`)
  })

  test.each([
    ['./none.js', `the "imports" of package.json gave '/none.js': the bundle holds no such file`],
    ['lodash', `the "imports" of package.json gave 'lodash': the option "external" does not allow it`],
    ['node:fs', `the "imports" of package.json gave 'node:fs': "fs" is built into Node.js`],
    ['../../etc/passwd', 'it is neither a path nor the name of a package'],
    ['/etc/passwd', 'it is neither a path nor the name of a package'],
    ['#x', 'it is neither a path nor the name of a package'],
    [5, 'it is neither a path nor the name of a package'],
    [null, 'it is neither a path nor the name of a package'],
    [{}, 'it is neither a path nor the name of a package'],
  ])('that give %j are refused with the place', async (target, why) => {
    await using folder = await guestFolder({
      'package.json': manifest({ '#x': target }),
      'main.ts': `import '#x'`,
    })
    await expect(packFolder(folder.path)).rejects.toMatchObject({
      code: 'BUNDLE_MODULE_NOT_FOUND',
      message: expect.stringContaining(`Cannot find module '#x' imported at /main.ts:1:8: ${why}`),
    })
  })
})
