import { expect, test } from 'vitest'
import { packAndLoad } from './fixtures/pack-and-load.ts'

const ESM = `const f = () => 'f'; export const named = 1; export { f as 'module.exports', f as default }`

test('require() of an ES module gives what it exports as "module.exports", import gives its exports', async () => {
  const { all } = await packAndLoad({
    'main.js': `exports.all = [require('./f.mjs')(), require('./by-import.mjs').all, require('./g.mjs')]`,
    'f.mjs': ESM,
    'g.mjs': `export { x as "module.exports" }; const x = 7`,
    'by-import.mjs': `import f, { named } from './f.mjs'; export const all = [f(), named]`,
  })
  expect(all).toEqual(['f', ['f', 1], 7])
})

test('the same holds for packages, whoever asks for them', async () => {
  const { all } = await packAndLoad(
    {
      'main.js': `exports.all = [require('pkg')(), require('user'), require('./by-import.mjs').all]`,
      'by-import.mjs': `import f, { named } from 'pkg'; export const all = [f(), named]`,
      'node_modules/pkg/package.json': '{"type":"module","exports":"./index.js"}',
      'node_modules/pkg/index.js': ESM,
      'node_modules/user/index.js': `module.exports = require('pkg')()`,
    },
    { external: ['*'] },
  )
  expect(all).toEqual(['f', 'f', ['f', 1]])
})
