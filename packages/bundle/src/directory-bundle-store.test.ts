import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createBundle } from '@isolated-runtime/protocol'
import { guestFolder, temporaryFolder } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { DirectoryBundleStore } from './directory-bundle-store.ts'

const bundle = createBundle({ '/a.js': { kind: 'commonjs', code: 'exports.a = 1' } })

test('DirectoryBundleStore keeps one file a bundle, for whoever opens the directory next', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'made', 'on', 'demand')
  const store = await DirectoryBundleStore.open(path)
  await Promise.all([store.put(bundle), store.put(bundle)])

  await expect(readdir(path)).resolves.toEqual([`${bundle.id}.json`])
  const next = await DirectoryBundleStore.open(path)
  await expect(next.get(bundle.id)).resolves.toEqual(bundle)
})

test.for([
  ['changed', (text: string) => text.replace('1', '2')],
  ['cut short', (text: string) => text.slice(0, -1)],
  ['emptied', () => ''],
] as const)('DirectoryBundleStore names the file when a bundle was %s', async ([, damage]) => {
  await using folder = await temporaryFolder()
  const store = await DirectoryBundleStore.open(folder.path)
  await store.put(bundle)
  const file = join(folder.path, `${bundle.id}.json`)
  await writeFile(file, damage(await readFile(file, 'utf8')))

  await expect(store.get(bundle.id)).rejects.toMatchObject({
    code: 'BUNDLE_CORRUPT',
    message: expect.stringContaining(`"${file}"`),
  })
})

test.for(['../secret', 'sha256-../../x', '', `${bundle.id}/..`, bundle.id.toUpperCase()])(
  'DirectoryBundleStore refuses the id %j',
  async (id) => {
    await using folder = await temporaryFolder()
    const store = await DirectoryBundleStore.open(folder.path)
    const refusal = { code: 'INVALID_REQUEST' }
    await expect(store.get(id)).rejects.toMatchObject(refusal)
    await expect(store.has(id)).rejects.toMatchObject(refusal)
    await expect(store.put({ ...bundle, id })).rejects.toMatchObject(refusal)
  },
)

test('DirectoryBundleStore.open() says when the path is taken by a file', async () => {
  await using folder = await guestFolder({ taken: '' })
  await expect(DirectoryBundleStore.open(join(folder.path, 'taken'))).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining('expected a directory'),
  })
})

test('DirectoryBundleStore leaves nothing behind when it cannot write', async () => {
  await using folder = await temporaryFolder()
  const store = await DirectoryBundleStore.open(folder.path)
  const cause = new Error('no code')
  const broken = {
    ...bundle,
    get files(): never {
      throw cause
    },
  }
  await expect(store.put(broken)).rejects.toBe(cause)
  await expect(readdir(folder.path)).resolves.toEqual([])
})
