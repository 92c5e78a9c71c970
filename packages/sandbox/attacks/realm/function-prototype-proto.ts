import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A proxy as the prototype of Function.prototype',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 2',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      Object.setPrototypeOf(Function.prototype, new Proxy({}, { get: (_, key, receiver) => { seen.push(receiver) }, has: () => true }))
      console.log('x')
      try { require('./none') } catch {}
      return { get found() { return secretFrom(...seen) } }
    }`,
  expected: { status: 'succeeded', value: { found: null } },
}
