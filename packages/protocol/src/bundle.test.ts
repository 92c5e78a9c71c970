import { describe, expect, it } from 'vitest'
import { createBundle, decodeBundle, encodeBundle, type BundleFile } from './bundle.ts'

const file = (code: string): BundleFile => ({ kind: 'commonjs', code })

describe('a bundle', () => {
  it('has the same id whatever the order of its files', () => {
    const one = createBundle({ '/a.js': file('1'), '/b.js': file('2') })
    const other = createBundle({ '/b.js': file('2'), '/a.js': file('1') })
    expect(one).toEqual(other)
    expect(one.id).toMatch(/^sha256-[0-9a-f]{64}$/)
  })

  it('has another id when a name, a kind or a byte differs', () => {
    const ids = [
      createBundle({ '/a.js': file('1') }),
      createBundle({ '/b.js': file('1') }),
      createBundle({ '/a.js': file('2') }),
      createBundle({ '/a.js': { kind: 'json', code: '1' } }),
    ].map(({ id }) => id)
    expect(new Set(ids).size).toBe(4)
  })

  it('comes back from its text', () => {
    const bundle = createBundle({ '/a.js': file('exports.ä = 1') })
    expect(decodeBundle(encodeBundle(bundle), bundle.id)).toEqual(bundle)
  })

  it('is refused when its text is not what the id says', () => {
    const bundle = createBundle({ '/a.js': file('1') })
    const text = encodeBundle(bundle).replace('1', '2')
    expect(() => decodeBundle(text, bundle.id)).toThrow(expect.objectContaining({ code: 'BUNDLE_CORRUPT' }))
  })
})
