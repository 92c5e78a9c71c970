import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Variables of indirect eval left for the next run of a hardened realm',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const found = [typeof left, typeof kept, typeof helper]
      ;(0, eval)('var left = 1; let kept = 2; function helper() {}; globalThis.other = 3')
      return [found, typeof left, typeof kept, secretFrom(globalThis)]
    }`,
  realm: 'hardened',
  expected: {
    status: 'succeeded',
    value: [['undefined', 'undefined', 'undefined'], 'number', 'undefined', null],
  },
}
