import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A main that is a builtin function: Function, eval, Reflect.construct',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 10',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = Function`,
  args: ['return process'],
  expected: { status: 'failed', error: { name: 'EvalError' } },
}
