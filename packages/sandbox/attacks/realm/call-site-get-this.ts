import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'getThis() and getFunction() of call sites, reached in any way there is',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-7jxr-cg7f-gpgv',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const got = []
      const collect = (_, sites) => { for (const site of sites) got.push(site.getThis(), site.getFunction()) }
      for (const target of [Error, Error.prototype, RangeError, TypeError, globalThis]) target.prepareStackTrace = collect
      const holder = {}
      Error.captureStackTrace(holder)
      void holder.stack
      ;[1].map(() => new RangeError('x').stack)
      JSON.stringify({ toJSON: () => new Error('y').stack })
      return [got.length, secretFrom(...got)]
    }`,
  expected: { status: 'succeeded', value: [0, null] },
}
