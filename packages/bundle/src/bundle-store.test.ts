import { createBundle, type BundleStore } from '@isolated-runtime/protocol'
import { temporaryFolder } from '@isolated-runtime/testing'
import { describe, expect, test } from 'vitest'
import { DirectoryBundleStore } from './directory-bundle-store.ts'
import { MemoryBundleStore } from './memory-bundle-store.ts'

const stores: Record<string, (directory: string) => Promise<BundleStore>> = {
  MemoryBundleStore: async () => new MemoryBundleStore(),
  DirectoryBundleStore: (directory) => DirectoryBundleStore.open(directory),
}

const bundle = createBundle({
  '/b.js': { kind: 'commonjs', code: 'exports.b = "😀\ud800"' },
  '/a.json': { kind: 'json', code: '{"__proto__": 1}' },
})
const other = createBundle({})

describe.for(Object.entries(stores))('%s', ([, open]) => {
  test('gives back what was put', async () => {
    await using directory = await temporaryFolder()
    const store = await open(directory.path)
    await store.put(bundle)
    await store.put(other)
    await expect(store.get(bundle.id)).resolves.toEqual(bundle)
    await expect(store.get(other.id)).resolves.toEqual(other)
    await expect(store.has(bundle.id)).resolves.toBe(true)
  })

  test('knows nothing of what was not put', async () => {
    await using directory = await temporaryFolder()
    const store = await open(directory.path)
    await store.put(other)
    await expect(store.get(bundle.id)).resolves.toBeUndefined()
    await expect(store.has(bundle.id)).resolves.toBe(false)
  })

  test('takes the same bundle many times, also at once', async () => {
    await using directory = await temporaryFolder()
    const store = await open(directory.path)
    await Promise.all(Array.from({ length: 20 }, () => store.put(bundle)))
    await store.put(bundle)
    await expect(store.get(bundle.id)).resolves.toEqual(bundle)
  })
})
