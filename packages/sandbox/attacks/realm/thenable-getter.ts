import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A result whose then is another function at every look',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-cchq-frgv-rjh5',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      let looks = 0
      return { get then() { looks++; return looks > 1 ? undefined : (resolve) => resolve([looks, secretFrom(resolve)]) } }
    }`,
  expected: { status: 'succeeded', value: [1, null] },
}
