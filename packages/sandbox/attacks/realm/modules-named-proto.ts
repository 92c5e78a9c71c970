import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Files of the bundle named __proto__ and constructor',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => [require('./__proto__').ok, require('./constructor.js').ok, ({}).ok === undefined, secretFrom(require('./__proto__'))]`,
  files: { '/__proto__': 'exports.ok = 1', '/constructor.js': 'exports.ok = 2' },
  expected: { status: 'succeeded', value: [1, 2, true, null] },
}
