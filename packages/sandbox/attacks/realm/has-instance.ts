import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Symbol.hasInstance on Error, Promise and Function',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 3',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const seen = []
    for (const target of [Error, Promise, Function, Object, TypeError, RangeError])
      Object.defineProperty(target, Symbol.hasInstance, { value(thing) { seen.push(thing); return true } })
    exports.main = async () => {
      console.log(1, {}, () => 1)
      try { require('x') } catch {}
      await null
      return { get found() { return secretFrom(...seen) } }
    }`,
  expected: { status: 'succeeded', value: { found: null } },
}
