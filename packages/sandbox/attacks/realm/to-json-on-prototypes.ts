import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'toJSON on the prototypes of all values',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      for (const { prototype } of [Object, String, Number, Boolean, Array])
        prototype.toJSON = function (...args) { seen.push(this, ...args, new Error('x')); delete prototype.toJSON; return [secretFrom(...seen)] }
      return [{ a: ['text', 1, true] }]
    }`,
  expected: { status: 'succeeded', value: [null] },
}
