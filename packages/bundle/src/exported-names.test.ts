import { createBundle, type Bundle, type BundleFile } from '@isolated-runtime/protocol'
import { expect, test } from 'vitest'
import { exportedNames } from './exported-names.ts'
import { prepareFile } from './prepare-file.ts'

async function prepare([path, text]: [string, string]): Promise<[string, BundleFile]> {
  const language = path.endsWith('ts') ? 'typescript' : 'javascript'
  return [`/${path}`, await prepareFile(`/${path}`, language, text)]
}

async function packed(files: Readonly<Record<string, string>>): Promise<Bundle> {
  return createBundle(Object.fromEntries(await Promise.all(Object.entries(files).map(prepare))))
}

test.for([
  ['exports.a = () => 1; exports["b c"] = 2', ['a', 'b c']],
  ['module.exports = { a, b }; var a, b', ['a', 'b']],
  ['Object.defineProperty(exports, "a", { value: 1 })', ['a']],
  ['module.exports = class {}', []],
  ['exports["a" + 1] = 1', []],
  ['export const a = 1, b = 2; export function c() {}; export class D {}', ['D', 'a', 'b', 'c']],
  ['export default () => 1', ['default']],
  ['const a = 1; export { a as "b c", a as ü }', ['b c', 'ü']],
  ['await1()\nfunction await1() {}', []],
] as const)('the names that a file exports are told: %s', async ([code, names]) => {
  expect(exportedNames(await packed({ 'a.js': code }))).toEqual({ 'a.js': names })
})

test('types are no exports', async () => {
  const code = 'export interface A { a: 1 }; export type B = A; export function c(a: A): B { return a }'
  expect(exportedNames(await packed({ 'rules/a.ts': code }))).toEqual({ 'rules/a.ts': ['c'] })
})

test('a file that exports all names of others has theirs, also in a circle', async () => {
  const files = {
    'index.ts': 'export * from "./a.js"; export * from "./b"; export default 1',
    'a.ts': 'export * from "./index.ts"; export const a = 1; export default 2',
    'b/index.js': 'module.exports = require("../c")',
    'c.js': 'exports.c = 1',
    'd.js': 'export * from "./missing"; export * from "../../../../c"; export * from "a"',
  }
  expect(exportedNames(await packed(files))).toEqual({
    'index.ts': ['a', 'c', 'default'],
    'a.ts': ['a', 'c', 'default'],
    'b/index.js': ['c'],
    'c.js': ['c'],
    'd.js': ['c'],
  })
})

test('JSON and packages are left out', () => {
  const bundle = createBundle({
    '/a.json': { kind: 'json', code: '{}' },
    '/a.js': { kind: 'commonjs', code: 'exports.a = 1' },
    '/node_modules/p/index.js': { kind: 'commonjs', code: 'exports.p = 1' },
  })
  expect(exportedNames(bundle)).toEqual({ 'a.js': ['a'] })
})

test.for([
  ['a table without an end', `__export(x, {\n${'  a: () => a,\n'.repeat(200_000)}  b: () => `],
  ['rows in one line', `__export(x, {\n  a${': () => '.repeat(200_000)}`],
  ['tables', '__export(x, {\n'.repeat(200_000)],
  ['code the lexer cannot read', '`${'.repeat(100_000)],
] as const)('code made to be slow to read is not: %s', ([, code]) => {
  const before = process.cpuUsage()
  const names = exportedNames(createBundle({ '/a.js': { kind: 'commonjs', code } }))
  const { user } = process.cpuUsage(before)
  expect(names['a.js']?.length).toBeLessThan(3)
  expect(user).toBeLessThan(3_000_000)
})
