import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Error.prototype.toString and String.prototype patched under the formatter',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      Error.prototype.toString = function () { seen.push(this); return 'patched' }
      for (const key of ['split', 'startsWith', 'slice', 'toString']) String.prototype[key] = function () { seen.push(this); return 'patched' }
      const { stack } = new Error('x')
      return [stack.includes('patched'), seen.length, secretFrom(...seen)]
    }`,
  expected: { status: 'succeeded', value: [false, 0, null] },
}
