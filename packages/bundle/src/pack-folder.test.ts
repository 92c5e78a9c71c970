import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { guestFolder, temporaryFolder } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { packFolder } from './pack-folder.ts'

test('packFolder() takes code and JSON, and leaves out all else', async () => {
  await using folder = await guestFolder({
    'a.js': 'exports.a = 1',
    'b.cjs': 'exports.b = 1',
    'c.mjs': 'export const c = 1',
    'd.ts': 'export const d: number = 1',
    'e.cts': 'export const e: number = 1',
    'rules/f.mts': 'export const f: number = 1',
    'rules/rates.json': '{"vat": 0.19}',
    'types.d.ts': 'export {}',
    'types.d.mts': 'export {}',
    'types.d.cts': 'export {}',
    'README.md': 'read me',
    'page.tsx': '<p/>',
    'no-ending': 'x',
    '.hidden.js': 'exports.a = 1',
    '.git/hook.js': 'exports.a = 1',
    'node_modules/left/index.js': 'exports.a = 1',
    'rules/node_modules/right/index.js': 'exports.a = 1',
  })

  const { files } = await packFolder(folder.path)

  expect(Object.keys(files)).toEqual([
    '/a.js',
    '/b.cjs',
    '/c.mjs',
    '/d.ts',
    '/e.cts',
    '/rules/f.mts',
    '/rules/rates.json',
  ])
  expect(files['/rules/rates.json']).toEqual({ kind: 'json', code: '{"vat": 0.19}' })
})

test('packFolder() gives the same id whatever the order and the times of the files', async () => {
  const contents = { 'b.ts': 'export const b = 1', 'a.js': 'exports.a = 1', 'x/y.json': '[1]', 'x/z.js': '' }
  await using one = await guestFolder(contents)
  await using other = await guestFolder(Object.fromEntries(Object.entries(contents).toReversed()))
  await utimes(join(other.path, 'a.js'), 1, 1)

  const [bundle, same] = await Promise.all([packFolder(one.path), packFolder(other.path)])

  expect(same).toEqual(bundle)
  await writeFile(join(other.path, 'a.js'), 'exports.a = 2')
  expect((await packFolder(other.path)).id).not.toBe(bundle.id)
})

test('packFolder() gives an empty bundle for an empty folder', async () => {
  await using folder = await temporaryFolder()
  expect((await packFolder(folder.path)).files).toEqual({})
})

test('packFolder() packs a folder that is itself a symlink', async () => {
  await using folder = await guestFolder({ 'real/a.js': 'exports.a = 1' })
  await symlink('real', join(folder.path, 'link'))
  expect(await packFolder(join(folder.path, 'link'))).toEqual(await packFolder(join(folder.path, 'real')))
})

test('packFolder() reports the first file in order when several do not parse', async () => {
  await using folder = await guestFolder({ 'z.js': ';)', 'b.ts': 'let = :', 'a.js': '', 'c.json': '{' })
  await expect(packFolder(folder.path)).rejects.toThrow('Cannot parse /b.ts:1:')
})

test('packFolder() refuses a bundle that its transformed code makes too large', async () => {
  await using folder = await guestFolder({ 'a.mjs': 'export const a = 1' })
  await expect(packFolder(folder.path, { maxBytes: 100 })).rejects.toMatchObject({
    code: 'BUNDLE_TOO_LARGE',
    message: expect.stringMatching(/as a bundle, its code comes to [\d,]+ bytes; "maxBytes" is 100$/),
  })
})

test('packFolder() lists every problem of its options', async () => {
  const options = { maxBytes: -1, maxFiles: Number.NaN, maxFolders: 1 }
  await expect(packFolder('.', options)).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringMatching(/maxBytes.*maxFiles.*maxFolders/),
  })
})

test('packFolder() tells a folder that is not there from one that is a file', async () => {
  await using folder = await guestFolder({ 'a.js': '' })
  await mkdir(join(folder.path, 'there'))
  const missing = join(folder.path, 'there', 'not')
  await expect(packFolder(missing)).rejects.toMatchObject({
    code: 'FOLDER_NOT_FOUND',
    message: `Cannot bundle "${missing}": it does not exist`,
  })
  const file = join(folder.path, 'a.js')
  await expect(packFolder(file)).rejects.toMatchObject({
    code: 'FOLDER_NOT_FOUND',
    message: `Cannot bundle "${file}": it is not a directory`,
  })
  await expect(packFolder('nul\0')).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' })
})
