import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The symbol registry, which all realms of a thread share',
  reference: 'https://tc39.es/ecma262/#sec-symbol.for',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const symbol = Symbol.for('left by a run')
      return [Symbol.keyFor(symbol), Object.getOwnPropertySymbols(symbol).length, secretFrom(Object(symbol))]
    }`,
  expected: { status: 'succeeded', value: ['left by a run', 0, null] },
}
