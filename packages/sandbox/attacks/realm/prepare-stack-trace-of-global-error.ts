import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Another Error, with its own prepareStackTrace, in place of the global one',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-mrgp-mrhc-5jrq',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      const { Error: Real } = globalThis
      globalThis.Error = { prepareStackTrace(error, sites) { seen.push(error, sites) } }
      try { null.x } catch (error) { seen.push(typeof error.stack) }
      const other = new Real('x')
      return [seen, typeof other.stack, secretFrom(seen)]
    }`,
  expected: { status: 'succeeded', value: [['string'], 'string', null] },
}
