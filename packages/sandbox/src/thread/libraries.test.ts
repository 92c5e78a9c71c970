import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LIBRARY_NAMES } from '../realm/inside/boundary.ts'

const PACKAGE = join(import.meta.dirname, '..', '..')
const bundled = (name: string): Promise<Buffer> => readFile(join(PACKAGE, 'vendor', 'bundled', `${name}.js`))

const { bundleLibraries } = (await import(join(PACKAGE, 'vendor', 'bundle.js'))) as {
  bundleLibraries: () => Promise<{ texts: Record<string, string>; notice: string }>
}

describe('the libraries for guests', () => {
  it('are what "npm run vendor" makes of the packages that are installed, and so is the notice', async () => {
    const { texts, notice } = await bundleLibraries()
    expect(Object.keys(texts).toSorted()).toEqual([...LIBRARY_NAMES])
    const stale = LIBRARY_NAMES.map(async (name) => (String(await bundled(name)) === texts[name] ? [] : name))
    expect((await Promise.all(stale)).flat()).toEqual([])
    expect(await readFile(join(PACKAGE, 'NOTICE'), 'utf8')).toBe(notice)
  })

  it.each(LIBRARY_NAMES)('are ASCII, as they are read: %s', async (name) => {
    expect((await bundled(name)).every((byte) => byte < 128)).toBe(true)
  })
})
