import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A main that is a proxy of a function with an apply trap',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 6',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = new Proxy(function () {}, { apply(target, self, args) { return [Array.isArray(args), self === exports, secretFrom(target, self, args, ...args)] } })`,
  args: [{ a: 1 }],
  expected: { status: 'succeeded', value: [true, true, null] },
}
