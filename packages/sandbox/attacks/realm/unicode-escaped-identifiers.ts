import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Names of the inside, written with escapes',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-wp5r-2gw5-m7q7',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => [typeof p\\u0072istine, typeof \\u{70}ort, typeof ent\\u0065r, typeof settl\\u0065, typeof p\\u0072ocess, secretFrom(globalThis)]`,
  expected: {
    status: 'succeeded',
    value: ['undefined', 'undefined', 'undefined', 'undefined', 'undefined', null],
  },
}
