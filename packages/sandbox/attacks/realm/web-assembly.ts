import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'WebAssembly by every name it might still have',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 17',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const found = [globalThis.WebAssembly, Reflect.get(globalThis, 'WebAssembly')]
      let error
      try { WebAssembly } catch (thrown) { error = thrown }
      return [found.map((thing) => typeof thing), error.name, secretFrom(error)]
    }`,
  expected: { status: 'succeeded', value: [['undefined', 'undefined'], 'ReferenceError', null] },
}
