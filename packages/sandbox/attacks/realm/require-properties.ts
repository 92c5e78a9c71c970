import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'What hangs on require and on module',
  reference: 'https://github.com/patriksimek/vm2/issues/62',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => [
      Reflect.ownKeys(require).sort(),
      Reflect.ownKeys(module),
      module.constructor === Object,
      require === module.require,
      secretFrom(require, require.resolve, module, require.cache, require.main, module.parent, module.children),
    ]`,
  expected: {
    status: 'succeeded',
    value: [
      ['length', 'name', 'prototype', 'resolve'],
      ['id', 'path', 'exports', 'filename', 'loaded', 'require'],
      true,
      true,
      null,
    ],
  },
}
