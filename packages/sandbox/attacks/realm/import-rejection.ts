import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The rejection of import()',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 13',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => import('fs').catch((error) => {
      let made
      try { error.constructor.constructor('return process')() } catch (thrown) { made = thrown }
      return [error instanceof TypeError, made.name, secretFrom(error, made)]
    })`,
  expected: { status: 'succeeded', value: [true, 'EvalError', null] },
}
