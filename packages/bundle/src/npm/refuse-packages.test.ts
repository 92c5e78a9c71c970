import { createBundle, type Bundle } from '@isolated-runtime/protocol'
import { expect, it } from 'vitest'
import { refusePackages } from './refuse-packages.ts'

const bundle = createBundle({
  '/a.js': { kind: 'commonjs', code: '', imports: { lodash: '/node_modules/lodash@4.18.1/lodash.js' } },
  '/b.js': { kind: 'commonjs', code: '', imports: { '@acme/tax/vat': '/node_modules/@acme/tax/vat.js' } },
  '/node_modules/lodash.js': { kind: 'commonjs', code: '', imports: { inner: '/node_modules/inner.js' } },
  '/data.json': { kind: 'json', code: '{}' },
})

/** What a bundle is refused for, each with the file that imports it. */
function refused(of: Bundle, patterns: readonly string[]): string[] {
  try {
    refusePackages(of, patterns, 'tenant "a"')
    return []
  } catch (error) {
    return (error as Error).message.match(/"[^"]+" in "[^"]+"/g) ?? []
  }
}

it.each([
  [['lodash', '@acme/*'], []],
  [['@acme/*'], ['"lodash" in "/a.js"']],
  [['lodash'], ['"@acme/tax/vat" in "/b.js"']],
  [[], ['"lodash" in "/a.js"', '"@acme/tax/vat" in "/b.js"']],
])('lets through what the patterns %j name, and what those packages need themselves', (patterns, others) => {
  expect(refused(bundle, patterns)).toEqual(others)
})

it('names the packages that are not allowed, where they are imported, and what is allowed', () => {
  expect(() => refusePackages(bundle, ['@acme/*'], 'tenant "a"')).toThrow(
    expect.objectContaining({
      code: 'BUNDLE_FILE_REFUSED',
      message: 'The bundle imports "lodash" in "/a.js", the packages that tenant "a" may use are: "@acme/*"',
    }),
  )
  expect(() => refusePackages(bundle, [], 'tenant "a"')).toThrow('may use are: none')
})

it('looks at the package that a specifier leads to, and at none for a file of the guest', () => {
  const decided = createBundle({
    '/a.js': {
      kind: 'commonjs',
      code: '',
      imports: {
        '#rates': '/rates.js',
        'node:events': '/node_modules/events@3.3.0/events.js',
        lodash: '/node_modules/@evil/dash@1.0.0/index.js',
      },
    },
  })
  expect(refused(decided, ['events', '@evil/*'])).toEqual([])
  expect(refused(decided, ['lodash'])).toEqual(['"events" in "/a.js"', '"@evil/dash" in "/a.js"'])
})

it('lets through what stands in for modules of Node.js', () => {
  const withStandIn = createBundle({
    '/a.js': { kind: 'commonjs', code: '', imports: { 'node:util': '/node_modules/.node/util.js' } },
  })
  expect(refused(withStandIn, [])).toEqual([])
})
