import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A main that is a generator, whose result is its iterator',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = function* () { yield secretFrom(this) }`,
  expected: { status: 'failed', error: { code: 'RESULT_NOT_JSON', message: /result is an iterator/ } },
}
