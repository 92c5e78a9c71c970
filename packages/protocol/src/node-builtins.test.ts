import { builtinModules } from 'node:module'
import { expect, test } from 'vitest'
import { builtinOf, whyNoBuiltin } from './node-builtins.ts'

test('builtinOf() knows every public module of this Node.js', () => {
  const unknown = builtinModules.filter((name) => !name.startsWith('_') && builtinOf(name) === undefined)
  expect(unknown).toEqual([])
  expect(builtinOf('node:sqlite')).toEqual({ name: 'sqlite', standIn: undefined })
  for (const name of ['lodash', './fs', 'fs/x', 'constructor', '', '#fs'])
    expect(builtinOf(name)).toBeUndefined()
})

test('whyNoBuiltin() names the package that can stand in', () => {
  expect(whyNoBuiltin({ name: 'path', standIn: 'path-browserify' })).toContain(
    '"path-browserify" can stand in',
  )
  expect(whyNoBuiltin({ name: 'fs', standIn: undefined })).toBe(
    '"fs" is built into Node.js, and guests do not have it',
  )
})
