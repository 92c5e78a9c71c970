import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Revoked proxies as results, thrown values, prototypes and specifiers',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 6',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const revoked = () => { const { proxy, revoke } = Proxy.revocable(function () {}, {}); revoke(); return proxy }
      const caught = []
      for (const act of [() => require(revoked()), () => import(revoked()), () => console.log(revoked()), () => { throw revoked() }, () => Promise.resolve(revoked()), () => Object.create(revoked()).x, () => Error.captureStackTrace(revoked())])
        try { await act() } catch (error) { caught.push(error) }
      return [caught.length, secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [6, null] },
}
