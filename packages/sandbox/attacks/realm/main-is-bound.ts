import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A main that is Function.prototype.call bound to the constructor of require',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 10',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = Function.prototype.call.bind(require.constructor)`,
  args: [null, 'return process'],
  expected: { status: 'failed', error: { name: 'EvalError' } },
}
