import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A context that replaces console, global and globalThis',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => [console, global, globalThis, secretFrom(this)]`,
  context: { console: 1, global: 2, globalThis: 3 },
  expected: { status: 'succeeded', value: [1, 2, 3, null] },
}
