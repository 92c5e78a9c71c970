import { createBundle } from '@isolated-runtime/protocol'
import { expect, test } from 'vitest'
import { MemoryBundleStore } from './memory-bundle-store.ts'

const [a, b, c] = ['a', 'b', 'c'].map((code) => createBundle({ '/a.js': { kind: 'commonjs', code } })) as [
  ReturnType<typeof createBundle>,
  ReturnType<typeof createBundle>,
  ReturnType<typeof createBundle>,
]

test('MemoryBundleStore drops the bundle used least recently when it is full', async () => {
  const store = new MemoryBundleStore({ maxBytes: 2 * a.bytes })
  await store.put(a)
  await store.put(b)
  await store.get(a.id)
  await store.put(c)
  await expect(Promise.all([a, b, c].map(({ id }) => store.has(id)))).resolves.toEqual([true, false, true])
})

test('MemoryBundleStore does not keep a bundle larger than all it may hold, nor drop others for it', async () => {
  const large = createBundle({ '/a.js': { kind: 'commonjs', code: 'x'.repeat(1_000) } })
  const store = new MemoryBundleStore({ maxBytes: 500 })
  await store.put(a)
  await store.put(large)
  await expect(store.has(large.id)).resolves.toBe(false)
  await expect(store.has(a.id)).resolves.toBe(true)
})

test('MemoryBundleStore refuses options that are unknown or out of range', () => {
  for (const options of [{ maxBytes: 0 }, { maxBytes: 1.5 }, { max: 1 }]) {
    expect(() => new MemoryBundleStore(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
  }
})
