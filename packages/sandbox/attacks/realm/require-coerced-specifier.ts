import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A specifier that is another path at every look',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 24',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      let looks = 0
      const specifier = { toString: () => (looks++ ? 'fs' : './main.js'), startsWith: () => true, [Symbol.toPrimitive]: () => (looks++ ? 'fs' : './main.js') }
      try { return require(specifier) } catch (error) { return [error.name, looks, secretFrom(error)] }
    }`,
  expected: { status: 'succeeded', value: ['TypeError', 0, null] },
}
