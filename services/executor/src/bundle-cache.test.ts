import { createBundle, type Bundle } from '@isolated-runtime/protocol'
import { latch } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { BundleCache } from './bundle-cache.ts'

const bundles = ['a', 'b', 'c'].map((name) =>
  createBundle({ [`/${name}.js`]: { kind: 'commonjs', code: '1' } }),
)
const [a, b] = bundles
/** What the cache counts for one: its text, and a file's place. */
const bytes = (a?.bytes ?? 0) + 256

function cacheOf(maxBytes: number): { cache: BundleCache; asked: string[] } {
  const asked: string[] = []
  const get = async (id: string): Promise<Bundle | undefined> => {
    asked.push(id)
    return bundles.find((bundle) => bundle.id === id)
  }
  return { cache: new BundleCache({ get }, maxBytes), asked }
}

test('the store is asked once for a bundle that many runs want at once', async () => {
  const gate = latch()
  let asked = 0
  const get = async (): Promise<Bundle | undefined> => {
    asked += 1
    await gate.promise
    return a
  }
  const cache = new BundleCache({ get }, 1_000)
  const wanted = Promise.all(Array.from({ length: 50 }, () => cache.get(a?.id ?? '')))
  gate.resolve()
  expect(new Set(await wanted)).toEqual(new Set([a]))
  expect(asked).toBe(1)
})

test('the bundle used least recently goes first when the bytes are used up', async () => {
  const { cache, asked } = cacheOf(2 * bytes)
  const ids = bundles.map(({ id }) => id)
  for (const id of [ids[0], ids[1], ids[0], ids[2], ids[0], ids[1]]) await cache.get(id ?? '')
  expect(asked).toEqual([ids[0], ids[1], ids[2], ids[1]])
})

test('a bundle larger than the cache is got all the same', async () => {
  const { cache } = cacheOf(1)
  expect(await cache.get(b?.id ?? '')).toBe(b)
})

test('that a bundle is not there is asked again', async () => {
  const { cache, asked } = cacheOf(1_000)
  expect(await cache.get('nowhere')).toBeUndefined()
  expect(await cache.get('nowhere')).toBeUndefined()
  expect(asked).toEqual(['nowhere', 'nowhere'])
})

test('an error of the store reaches those who ask, and is not remembered', async () => {
  let asked = 0
  const get = async (): Promise<Bundle | undefined> => {
    asked += 1
    if (asked === 1) throw new Error('away')
    return a
  }
  const cache = new BundleCache({ get }, 1_000)
  await expect(cache.get('a')).rejects.toThrow('away')
  expect(await cache.get('a')).toBe(a)
})

test('those who wait for a bundle get it, whatever others push out of the cache meanwhile', async () => {
  const gates = new Map(bundles.map((bundle) => [bundle.id, latch()]))
  const get = async (id: string): Promise<Bundle | undefined> => {
    await gates.get(id)?.promise
    return bundles.find((bundle) => bundle.id === id)
  }
  const cache = new BundleCache({ get }, bytes)
  const wanted = bundles.map(({ id }) => cache.get(id))
  for (const { id } of bundles) {
    gates.get(id)?.resolve()
    await cache.get(id)
  }
  expect(await Promise.all(wanted)).toEqual(bundles)
})

test('no more bundles are got at a time than the memory of the cache has room for', async () => {
  const gates = bundles.map(() => latch())
  const asked: string[] = []
  const get = async (id: string): Promise<Bundle | undefined> => {
    asked.push(id)
    await gates[asked.length - 1]?.promise
    return bundles.find((bundle) => bundle.id === id)
  }
  const ids = bundles.map(({ id }) => id)
  const cache = new BundleCache({ get }, 128 * 2 ** 20)
  const wanted = Promise.all(ids.map((id) => cache.get(id)))
  expect(asked).toEqual(ids.slice(0, 2))
  gates[0]?.resolve()
  await expect.poll(() => asked).toEqual(ids)
  for (const gate of gates) gate.resolve()
  expect(await wanted).toEqual(bundles)
})

test('a text that V8 keeps in two bytes a character counts as such', async () => {
  const wide = createBundle({ '/w.js': { kind: 'commonjs', code: `'☃${'x'.repeat(1_000)}'` } })
  let asked = 0
  const get = async (): Promise<Bundle | undefined> => {
    asked += 1
    return wide
  }
  const cache = new BundleCache({ get }, wide.bytes + 256)
  await cache.get(wide.id)
  await cache.get(wide.id)
  expect(asked).toBe(2)
})
