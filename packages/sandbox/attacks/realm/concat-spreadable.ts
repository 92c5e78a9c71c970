import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Symbol.isConcatSpreadable on functions of the inside',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 3',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      for (const target of [require, console.log, module, exports]) target[Symbol.isConcatSpreadable] = true
      const all = [].concat(require, console.log, module, exports)
      return [all.length, secretFrom(...all)]
    }`,
  expected: { status: 'succeeded', value: [1, null] },
}
