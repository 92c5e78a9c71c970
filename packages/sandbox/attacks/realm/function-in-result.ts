import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Functions of the inside smuggled out with the result',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => ({ require })`,
  expected: { status: 'failed', error: { code: 'RESULT_NOT_JSON', message: /result.require is a function/ } },
}
