import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Prototypes polluted for whoever runs next in this thread',
  reference: 'https://github.com/advisories/GHSA-2pmx-6mm6-6v72',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      for (const { prototype } of [Object, Array, Function, String, Promise, Map, Error]) prototype.polluted = 'yes'
      Object.defineProperty(globalThis, 'polluted', { value: 'yes', configurable: false })
      Array.prototype.reduce = Date.prototype.toJSON = () => 'stolen'
      return [({}).polluted, secretFrom(globalThis)]
    }`,
  expected: { status: 'succeeded', value: ['yes', null] },
}
