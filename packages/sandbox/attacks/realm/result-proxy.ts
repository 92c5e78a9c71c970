import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A result that is a proxy with all traps',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 6',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      const handler = new Proxy({}, { get: (_, trap) => (...args) => { seen.push(...args); return Reflect[trap](...args) } })
      return new Proxy({ get found() { return secretFrom(...seen) } }, handler)
    }`,
  expected: { status: 'succeeded', value: { found: null } },
}
