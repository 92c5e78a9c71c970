import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A with statement over a proxy that claims to have every name',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-wp5r-2gw5-m7q7',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const asked = []
      const scope = new Proxy({}, { has: (_, key) => typeof key === 'string' && asked.push(key) > 0, get: (_, key) => key === Symbol.unscopables ? undefined : globalThis[key] })
      with (scope) { console.log('x'); try { process } catch {} }
      return [asked.includes('console'), asked.includes('port'), secretFrom(scope)]
    }`,
  expected: { status: 'succeeded', value: [true, false, null] },
}
