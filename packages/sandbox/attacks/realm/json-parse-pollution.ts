import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Setters on Object.prototype and Array.prototype for the keys of parsed data',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 2',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const seen = []
    for (const key of ['a', 'kind', 'code', 'b'])
      for (const { prototype } of [Object, Array])
        Object.defineProperty(prototype, key, { configurable: true, set(value) { seen.push(this, value) }, get() { return undefined } })
    exports.main = (...args) => [args[0].a, seen.length, secretFrom(...seen)]`,
  args: [{ a: 1 }],
  expected: { status: 'succeeded', value: [1, 0, null] },
}
