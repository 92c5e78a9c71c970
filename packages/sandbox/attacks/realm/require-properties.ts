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
      secretFrom(require, module, require.cache, require.main, module.parent, module.children),
    ]`,
  expected: { status: 'succeeded', value: [['length', 'name', 'prototype'], ['exports'], true, null] },
}
