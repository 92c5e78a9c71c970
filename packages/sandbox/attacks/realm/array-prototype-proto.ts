import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A proxy as the prototype of Array.prototype and of String.prototype',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 2',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      const trap = new Proxy(Object.create(null), { get: (_, key, receiver) => { seen.push(receiver) }, set: (_, key, value, receiver) => { seen.push(value, receiver); return true } })
      for (const { prototype } of [Array, String, Promise, Error]) Object.setPrototypeOf(prototype, trap)
      console.log('x', ['y'])
      try { require('./none') } catch {}
      return { get found() { return secretFrom(...seen) } }
    }`,
  expected: { status: 'succeeded', value: { found: null } },
}
