import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'call, apply, bind and toString of Function.prototype patched',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 11',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const seen = []
    for (const key of ['call', 'apply', 'bind', 'toString'])
      Object.defineProperty(Function.prototype, key, { configurable: true, value(...args) { seen[seen.length] = this; seen[seen.length] = args } })
    exports.main = async () => {
      console.log(() => 1)
      await import('x').catch((error) => error.stack)
      return secretFrom(...seen)
    }`,
  expected: { status: 'succeeded', value: null },
}
