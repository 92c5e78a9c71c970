import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The prototypes of the thread polluted by way of whatever crosses',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-vwrp-x96c-mhwq',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async (argument) => {
      const reached = [argument, require, module, await import('x').catch((error) => error), new Error('x')]
      for (const thing of reached) { const proto = Object.getPrototypeOf(Object.getPrototypeOf(thing)) ?? Object.getPrototypeOf(thing); proto.reduce = proto.toJSON = undefined; delete proto.toJSON }
      return [Object.hasOwn(Object.prototype, 'reduce'), secretFrom(...reached)]
    }`,
  args: [{ a: 1 }],
  expected: { status: 'succeeded', value: [true, null] },
}
