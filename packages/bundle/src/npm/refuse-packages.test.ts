import { createBundle } from '@isolated-runtime/protocol'
import { expect, it } from 'vitest'
import { refusePackages } from './refuse-packages.ts'

const bundle = createBundle({
  '/a.js': { kind: 'commonjs', code: '', imports: { lodash: '/node_modules/lodash@4.18.1/lodash.js' } },
  '/b.js': { kind: 'commonjs', code: '', imports: { '@acme/tax/vat': '/node_modules/@acme/tax/vat.js' } },
  '/node_modules/lodash.js': { kind: 'commonjs', code: '', imports: { inner: '/node_modules/inner.js' } },
  '/data.json': { kind: 'json', code: '{}' },
})

it('lets through what the patterns name, and what those packages need themselves', () => {
  expect(() => refusePackages(bundle, ['lodash', '@acme/*'], 'tenant "a"')).not.toThrow()
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
  expect(() => refusePackages(decided, ['events', '@evil/*'], 'tenant "a"')).not.toThrow()
  expect(() => refusePackages(decided, ['lodash'], 'tenant "a"')).toThrow(
    'The bundle imports "events" in "/a.js", "@evil/dash" in "/a.js", the packages',
  )
})
