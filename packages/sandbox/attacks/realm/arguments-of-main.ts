import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Prototypes of the arguments and of everything in them',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 1',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = function (...args) {
      const own = args.every((arg) => arg === null || typeof arg !== 'object' || arg instanceof Object)
      return [own, arguments instanceof Object, secretFrom(arguments, ...args)]
    }`,
  args: [{ a: [1, { b: null }] }, [], 'text'],
  expected: { status: 'succeeded', value: [true, true, null] },
}
