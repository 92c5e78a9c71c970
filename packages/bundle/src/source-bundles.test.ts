import { guestFolder } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { loadBundle } from './fixtures/load-bundle.ts'
import { SourceBundles } from './source-bundles.ts'

const bundles = new SourceBundles()

test('a text is packed once, also when it is asked for many times at once', async () => {
  const source = 'export const once = () => 1'
  const [first, ...others] = await Promise.all(
    Array.from({ length: 50 }, () => bundles.bundleOf(source, 'a.mjs')),
  )
  expect(new Set([...others, await bundles.bundleOf(source, 'a.mjs')])).toEqual(new Set([first]))
  expect(await bundles.bundleOf(source, 'a.mjs')).toBe(first)
})

test('the name tells the language, and is the path in the bundle', async () => {
  const typescript = await bundles.bundleOf('export const a = (n: number): number => n', 'rules/a.ts')
  expect(Object.keys(typescript.files)).toEqual(['/rules/a.ts'])
  expect(typescript.files['/rules/a.ts']?.code).not.toContain('number')
  const javascript = await bundles.bundleOf('\ufeff#!/usr/bin/env node\nexports.a = 1', './a.js')
  expect(javascript.files['/a.js']?.code).toBe('///usr/bin/env node\nexports.a = 1')
})

test('the same text by another name is another bundle', async () => {
  const [a, b] = [
    await bundles.bundleOf('exports.a = 1', 'a.js'),
    await bundles.bundleOf('exports.a = 1', 'b.js'),
  ]
  expect(a.id).not.toBe(b.id)
})

test('code that does not parse is refused with its place each time', async () => {
  for (const _ of [1, 2]) {
    await expect(bundles.bundleOf('exports.a = {', 'a.js')).rejects.toMatchObject({
      code: 'BUNDLE_SYNTAX_ERROR',
      message: expect.stringContaining('/a.js:1:'),
    })
  }
})

test.for(['a.json', 'a.txt', 'a', 'a.d.ts'])('a name that is none of code is refused: %s', async (file) => {
  await expect(bundles.bundleOf('1', file)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining(`"file" is "${file}", which is no name of code`),
  })
})

test('a text over the limit is refused with the figures', async () => {
  const small = new SourceBundles({ maxBytes: 100 })
  await expect(small.bundleOf(' '.repeat(101), 'a.js')).rejects.toMatchObject({
    code: 'BUNDLE_TOO_LARGE',
    message: 'Cannot bundle "a.js": the text has 101 bytes; "maxBytes" is 100',
  })
  await expect(small.bundleOf(' '.repeat(99), 'a.js')).rejects.toMatchObject({ code: 'BUNDLE_TOO_LARGE' })
})

test('a text uses hooks, constants and the packages it is given', async () => {
  await using folder = await guestFolder({ 'two/index.js': 'module.exports = 2' })
  const options = {
    external: ['two'],
    nodeModules: [folder.path],
    sourceExtensions: ['.rule'],
    compile: (code: string) => `exports.value = ${code}`,
    constants: { rate: 1 },
  }
  const bundle = await new SourceBundles(options).bundleOf('require("two")', 'a.rule')
  expect(loadBundle(bundle, '/a.rule')['value']).toBe(2)
  expect(bundle.constantsJson).toBe('{"rate":1}')
})

test('a text cannot import a file', async () => {
  await expect(bundles.bundleOf('import "./package.json"', 'a.js')).rejects.toMatchObject({
    code: 'BUNDLE_MODULE_NOT_FOUND',
  })
})
