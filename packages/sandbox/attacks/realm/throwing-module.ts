import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A module that throws its own module object and require',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      try { require('./thrower.js') } catch (thrown) { caught.push(...thrown) }
      return [caught.length, caught[1] !== require, secretFrom(...caught)]
    }`,
  files: { '/thrower.js': 'throw [exports, require, module, this, arguments]' },
  expected: { status: 'succeeded', value: [5, true, null] },
}
