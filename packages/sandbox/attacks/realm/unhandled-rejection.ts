import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Promises rejected with hostile values and left unhandled',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-hw58-p9xv-2mjh',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      for (const reason of [undefined, Symbol(), new Proxy({}, { get() { throw 1 } }), { get stack() { for (;;); } }, Object.create(null)]) {
        Promise.reject(reason)
        new Promise(() => { throw reason })
        ;(async () => { throw reason })()
      }
      return secretFrom(Promise.reject(1))
    }`,
  expected: { status: 'succeeded', value: null },
}
