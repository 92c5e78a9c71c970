import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The caller and arguments accessors of Function.prototype, called on functions of the inside',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 5',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = function () {
      const { get } = Object.getOwnPropertyDescriptor(Function.prototype, 'caller')
      const got = []
      for (const func of [require, console.log, exports.main, module.constructor]) {
        for (const read of [() => get.call(func), () => func.caller, () => func.arguments]) {
          try { got.push(read()) } catch (error) { got.push(error) }
        }
      }
      return [got.length, secretFrom(...got)]
    }`,
  expected: { status: 'succeeded', value: [12, null] },
}
