import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Closing the function the module is wrapped in',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 12',
  code: `}); globalThis.outer = this; (function (exports, require) {
const { secretFrom } = require('./secret-from.js')
exports.main = () => [outer === globalThis, secretFrom(outer)]`,
  expected: { status: 'succeeded', value: [true, null] },
}
