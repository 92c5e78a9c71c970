import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: '__defineGetter__ and __lookupSetter__ on functions of the inside',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 2',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const got = []
      for (const target of [require, module, console, console.log, exports, globalThis, arguments ?? 0])
        for (const key of ['__proto__', 'caller', 'arguments', 'constructor', 'prototype'])
          try { got.push(target.__lookupGetter__(key), target.__lookupSetter__(key)); require.__defineGetter__.call(target, key, () => 1) } catch (error) { got.push(error) }
      return secretFrom(...got)
    }`,
  expected: { status: 'succeeded', value: null },
}
