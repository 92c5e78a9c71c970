import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A thrown proxy with all traps',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-9vg3-4rfj-wgcm',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      throw new Proxy(new Error('x'), new Proxy({}, { get: (_, trap) => (...args) => { seen.push(...args); return trap === 'get' && args[1] === 'message' ? secretFrom(...seen) ?? 'clean' : Reflect[trap](...args) } }))
    }`,
  expected: { status: 'failed', error: { name: 'Error', message: 'clean' } },
}
