import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Every own key of the global, by reflection',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-2cm2-m3w5-gp2f',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const values = Reflect.ownKeys(globalThis).map((key) => Object.getOwnPropertyDescriptor(globalThis, key)).flatMap(({ value, get, set }) => [value, get, set])
      return [values.length > 100, secretFrom(...values), Object.getOwnPropertySymbols(globalThis).length]
    }`,
  expected: { status: 'succeeded', value: [true, null, 0] },
}
