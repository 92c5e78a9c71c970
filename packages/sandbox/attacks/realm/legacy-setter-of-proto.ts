import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The __proto__ setter called on functions of the inside',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 2',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const { set } = Object.getOwnPropertyDescriptor(Object.prototype, '__proto__')
      const trap = new Proxy({}, { get: (_, key, receiver) => { seen.push(receiver) } })
      const seen = []
      for (const target of [require, module, console, exports, JSON, Reflect]) set.call(target, trap)
      console.log('x')
      let error
      try { require('./none') } catch (thrown) { error = thrown }
      return [error.code, secretFrom(...seen)]
    }`,
  expected: { status: 'succeeded', value: ['MODULE_NOT_FOUND', null] },
}
