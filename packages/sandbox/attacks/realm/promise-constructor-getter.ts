import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A constructor getter on the promise that main returns',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 7',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      const promise = Promise.resolve({ get left() { return secretFrom(...seen) } })
      Object.defineProperty(promise, 'constructor', { get() { seen.push(new Error('here')); return undefined } })
      return promise
    }`,
  expected: { status: 'succeeded', value: { left: null } },
}
