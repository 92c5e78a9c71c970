import { guestFolder } from '@isolated-runtime/testing'
import { describe, expect, test } from 'vitest'
import { packAndLoad } from '../fixtures/pack-and-load.ts'
import { packFolder } from '../pack-folder.ts'

const external = ['*']

describe('packages get what bundlers give them', () => {
  test('a small process, global and Buffer, where these are free variables', async () => {
    const exports = await packAndLoad(
      {
        'main.js': `exports.all = require('pkg')`,
        'node_modules/pkg/index.js': `
          const own = ((process) => process.x)({ x: 'own' })
          module.exports = [process.browser, process.version, process.env.NODE_ENV, process.cwd(), global === globalThis,
            Buffer.from('é').toString('hex'), Buffer.poolSize === globalThis.Buffer.poolSize && Buffer === globalThis.Buffer, own]`,
      },
      { external },
    )
    expect(exports['all']).toEqual([true, '', 'production', '/', true, 'c3a9', false, 'own'])
  })

  test('the type of which can be asked for without loading them', async () => {
    const exports = await packAndLoad(
      {
        'main.js': `exports.all = require('pkg')`,
        'node_modules/pkg/index.js': `
          module.exports = [typeof process, typeof Buffer, typeof process.nextTick, typeof Buffer !== 'undefined' && Buffer.isBuffer('x')]`,
      },
      { external },
    )
    expect(exports['all']).toEqual(['object', 'function', 'function', false])
  })

  test('one Buffer for all of them, however they ask for it', async () => {
    const exports = await packAndLoad(
      {
        'main.js': `const a = require('a'), b = require('b'); exports.all = [a === b.Buffer, a === b.required, a === b.slash]`,
        'node_modules/a/index.js': 'module.exports = Buffer',
        'node_modules/b/package.json': '{"dependencies":{"buffer":"5"}}',
        'node_modules/b/index.js': `exports.Buffer = Buffer; exports.required = require('node:buffer').Buffer; exports.slash = require('buffer/').Buffer`,
        'node_modules/buffer/index.js': 'exports.Buffer = "that of the package"',
      },
      { external },
    )
    expect(exports['all']).toEqual([true, true, true])
  })

  test('and guests do not', async () => {
    await using folder = await guestFolder({
      'main.js': 'exports.a = () => [typeof process, typeof Buffer]; exports.b = require("pkg")',
      'node_modules/pkg/index.js': 'module.exports = 1',
    })
    const { files } = await packFolder(folder.path, { external })
    expect(Object.keys(files)).toEqual(['/main.js', '/node_modules/pkg/index.js'])
  })
})
