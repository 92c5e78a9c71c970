import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Code from strings by every function constructor and by eval',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 1',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const made = [
        Function,
        (function* () {}).constructor,
        (async () => {}).constructor,
        (async function* () {}).constructor,
        (0, eval),
        Reflect.construct.bind(null, Function),
      ].map((make, index) => {
        try { return make(index === 5 ? ['return 1'] : 'return this') } catch (error) { return error }
      })
      return [made.map((error) => error.name), secretFrom(...made)]
    }`,
  expected: {
    status: 'succeeded',
    value: [['EvalError', 'EvalError', 'EvalError', 'EvalError', 'EvalError', 'EvalError'], null],
  },
}
