import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Object.prototype.then, which makes every object a thenable',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 7',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      Object.prototype.then = function (resolve, reject) { seen.push(this, resolve, reject); delete Object.prototype.then; resolve(this) }
      return { get left() { return [seen.length, secretFrom(...seen)] } }
    }`,
  expected: { status: 'succeeded', value: { left: [3, null] } },
}
