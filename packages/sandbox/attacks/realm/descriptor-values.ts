import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Property descriptors of everything in reach',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 15',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const got = []
      for (const target of [require, module, console, globalThis, exports, Function.prototype])
        for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(target))) got.push(descriptor, descriptor.value, descriptor.get, descriptor.set)
      return [got.length > 100, secretFrom(...got)]
    }`,
  expected: { status: 'succeeded', value: [true, null] },
}
