import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'ShadowRealm, to evaluate text in a realm of its own',
  reference: 'https://github.com/tc39/proposal-shadowrealm',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      try { return new ShadowRealm().evaluate('1') } catch (error) { return [error.name, typeof ShadowRealm, secretFrom(error)] }
    }`,
  expected: { status: 'succeeded', value: ['ReferenceError', 'undefined', null] },
}
