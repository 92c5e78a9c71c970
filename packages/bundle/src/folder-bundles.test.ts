import { rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { guestFolder } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { FolderBundles } from './folder-bundles.ts'

/** The paths and the code of a folder as `bundles` sees it. */
async function look(bundles: FolderBundles, folder: string): Promise<Record<string, string>> {
  const { files } = await bundles.bundleOf(folder)
  return Object.fromEntries(Object.entries(files).map(([path, { code }]) => [path, code]))
}

test('bundleOf() notices files that are added, changed, renamed and removed', async () => {
  await using folder = await guestFolder({ 'a.js': '1' })
  const bundles = new FolderBundles()
  const path = (name: string): string => join(folder.path, name)
  const expectSeen = async (files: Record<string, string>): Promise<void> => {
    expect(await look(bundles, folder.path)).toEqual(files)
  }

  await expectSeen({ '/a.js': '1' })
  await writeFile(path('b.js'), '2')
  await expectSeen({ '/a.js': '1', '/b.js': '2' })
  await writeFile(path('a.js'), '3')
  await utimes(path('a.js'), 1, 1)
  await expectSeen({ '/a.js': '3', '/b.js': '2' })
  await writeFile(path('a.js'), '4')
  await utimes(path('a.js'), 1, 1)
  await expectSeen({ '/a.js': '4', '/b.js': '2' })
  await rename(path('b.js'), path('c.js'))
  await expectSeen({ '/a.js': '4', '/c.js': '2' })
  await rm(path('c.js'))
  await expectSeen({ '/a.js': '4' })
})

test('bundleOf() notices a change right after a pack that leaves size and times alike', async () => {
  await using folder = await guestFolder({ 'a.js': '0' })
  const bundles = new FolderBundles()
  for (const text of '123456789') {
    await writeFile(join(folder.path, 'a.js'), text)
    expect(await look(bundles, folder.path)).toEqual({ '/a.js': text })
  }
})

test('bundleOf() notices a change in a folder of many files, if not at once', async () => {
  const files = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`${n}.js`, String(n)]))
  await using folder = await guestFolder(files)
  const bundles = new FolderBundles()
  await look(bundles, folder.path)
  await writeFile(join(folder.path, '7.js'), 'changed')
  await expect
    .poll(async () => (await look(bundles, folder.path))['/7.js'], { timeout: 10_000 })
    .toBe('changed')
})

test('bundleOf() does not pack again while nothing changes', async () => {
  await using folder = await guestFolder({ 'a.js': '1', 'b.ts': 'export const b = 1' })
  const bundles = new FolderBundles()
  // Until the files have been at rest for a while, they are packed again to be sure of them.
  let latest = await bundles.bundleOf(folder.path)
  const isSameAgain = async (): Promise<boolean> => {
    const before = latest
    latest = await bundles.bundleOf(folder.path)
    return latest === before
  }
  await expect.poll(isSameAgain, { interval: 60, timeout: 10_000 }).toBe(true)
})

test('bundleOf() shares a pack among calls at the same time', async () => {
  await using folder = await guestFolder({ 'a.ts': 'export const a = 1' })
  const bundles = new FolderBundles()
  const [first, ...others] = await Promise.all([1, 2, 3].map(() => bundles.bundleOf(folder.path)))
  for (const other of others) expect(other).toBe(first)
})

test('bundleOf() does not remember a failure', async () => {
  await using folder = await guestFolder({ 'a.js': ';)' })
  const bundles = new FolderBundles()
  await expect(bundles.bundleOf(folder.path)).rejects.toMatchObject({ code: 'BUNDLE_SYNTAX_ERROR' })
  await rm(join(folder.path, 'a.js'))
  await expect(look(bundles, folder.path)).resolves.toEqual({})

  await expect(bundles.bundleOf(join(folder.path, 'later'))).rejects.toMatchObject({
    code: 'FOLDER_NOT_FOUND',
  })
})

test('FolderBundles refuses unknown options and keeps to the limits', async () => {
  await using folder = await guestFolder({ 'a.js': '1', 'b.js': '1' })
  expect(() => new FolderBundles({ maxFile: 1 } as object)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS' }),
  )
  await expect(new FolderBundles({ maxFiles: 1 }).bundleOf(folder.path)).rejects.toMatchObject({
    code: 'BUNDLE_TOO_LARGE',
  })
})
