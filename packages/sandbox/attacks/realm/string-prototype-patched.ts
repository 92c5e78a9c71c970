import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'String.prototype patched under require',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 11',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      for (const key of Reflect.ownKeys(String.prototype))
        if (typeof String.prototype[key] === 'function') String.prototype[key] = function (...args) { seen.push(this, ...args); return './secret-from.js' }
      let caught
      try { require('fs') } catch (error) { caught = error }
      return [caught.code, seen.length, secretFrom(...seen)]
    }`,
  expected: { status: 'succeeded', value: ['MODULE_NOT_FOUND', 0, null] },
}
