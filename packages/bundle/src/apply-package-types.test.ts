import { guestFolder } from '@isolated-runtime/testing'
import { describe, expect, test } from 'vitest'
import { packAndLoad } from './fixtures/pack-and-load.ts'
import { packFolder } from './pack-folder.ts'

const MODULE = '{"type":"module"}'
const COMMONJS = '{"type":"commonjs"}'

describe('the type of the nearest package.json decides what a .js file is', () => {
  test('ESM is strict, also without import and export', async () => {
    const files = {
      'main.cjs': `globalThis.kinds = []; require('./a.js'); require('./b/b.js'); exports.kinds = kinds; delete globalThis.kinds`,
      'a.js': `kinds.push((function () { return this === undefined })())`,
      'b/b.js': `kinds.push((function () { return this === undefined })())`,
    }
    const types = { 'package.json': MODULE, 'b/package.json': COMMONJS }
    expect((await packAndLoad({ ...files, ...types }))['kinds']).toEqual([true, false])
    expect((await packAndLoad(files))['kinds']).toEqual([false, false])
  })

  test('CommonJS may not hold ESM', async () => {
    await using folder = await guestFolder({ 'package.json': COMMONJS, 'a/a.js': 'export const a = 1' })
    await expect(packFolder(folder.path)).rejects.toMatchObject({
      code: 'BUNDLE_SYNTAX_ERROR',
      message: expect.stringContaining('/a/a.js:1:1'),
    })
  })

  test.each([
    ['without a type', '{}'],
    ['of an unknown type', '{"type":"json"}'],
    ['that holds no object', 'null'],
  ])('one %s leaves it to the code', async (_, manifest) => {
    const files = {
      'package.json': MODULE,
      'a/package.json': manifest,
      'a/a.js': 'exports.sloppy = (function () { return this })()',
    }
    const { sloppy } = await packAndLoad({
      ...files,
      'main.cjs': `exports.sloppy = require('./a/a.js').sloppy === globalThis`,
    })
    expect(sloppy).toBe(true)
  })

  test('one that is not JSON is refused with its place', async () => {
    await using folder = await guestFolder({ 'package.json': '{"type": module}', 'a.js': '' })
    await expect(packFolder(folder.path)).rejects.toMatchObject({
      code: 'BUNDLE_SYNTAX_ERROR',
      message: expect.stringContaining('Cannot parse /package.json:1:10'),
    })
  })
})
