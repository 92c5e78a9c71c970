import { guestFolder } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { packAndLoad } from './fixtures/pack-and-load.ts'
import { packFolder } from './pack-folder.ts'

const runtime =
  'exports.jsx = (type, props) => [type, props]; exports.jsxs = exports.jsx; exports.Fragment = "fragment"'

test('TSX and JSX are taken on wish, with the automatic runtime', async () => {
  const { all } = await packAndLoad(
    {
      'main.tsx': `import { B } from './b.jsx'\nexport const all = (<p id="1">{1 as number}<B /></p>) as unknown`,
      'b.jsx': `export const B = 'b'; export const unused = <></>`,
      'node_modules/react/jsx-runtime.js': runtime,
    },
    { jsx: true, external: ['react'] },
  )
  expect(all).toEqual(['p', { id: '1', children: [1, ['b', {}]] }])
})

test('the runtime of JSX may be another package, or functions', async () => {
  const files = {
    'main.jsx': `exports.all = <p id="1">text</p>`,
    'node_modules/@acme/ui/jsx-runtime.js': runtime,
  }
  const automatic = { runtime: 'automatic', importSource: '@acme/ui' } as const
  expect((await packAndLoad(files, { jsx: automatic, external: ['@acme/ui'] }))['all']).toEqual([
    'p',
    { id: '1', children: 'text' },
  ])
  const classic = { runtime: 'classic', factory: 'h', fragment: 'f' } as const
  const main = `const h = (...all) => all; const f = 'f'; exports.all = <><p id="1">text</p></>`
  expect((await packAndLoad({ 'main.jsx': main }, { jsx: classic }))['all']).toEqual([
    'f',
    null,
    ['p', { id: '1' }, 'text'],
  ])
})

test('what JSX needs has to be allowed', async () => {
  await using folder = await guestFolder({ 'main.tsx': 'export const a = <p/>' })
  await expect(packFolder(folder.path, { jsx: true })).rejects.toMatchObject({
    code: 'BUNDLE_MODULE_NOT_FOUND',
    message: expect.stringMatching(
      /^Cannot find module 'react\/jsx-runtime' imported at \/main.tsx:1:\d+: the option "external" does not allow it/,
    ),
  })
})
