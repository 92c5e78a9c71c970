import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A __proto__ key in the context, which becomes a global',
  reference: 'https://github.com/patriksimek/vm2/issues/285',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => [
      Object.hasOwn(globalThis, '__proto__'),
      ({}).polluted === undefined,
      Object.getPrototypeOf(globalThis).polluted === undefined,
      secretFrom(globalThis),
    ]`,
  context: JSON.parse('{"__proto__":{"polluted":1}}') as object,
  expected: { status: 'succeeded', value: [true, true, true, null] },
}
