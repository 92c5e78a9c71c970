import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Error.prepareStackTrace, to be given call sites',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-mrgp-mrhc-5jrq',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      let sites
      Error.prepareStackTrace = (_, given) => (sites = given)
      const { stack } = new Error('x')
      return [sites === undefined, typeof stack, secretFrom(stack, sites)]
    }`,
  expected: { status: 'succeeded', value: [true, 'string', null] },
}
