import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'import() of things that throw when they are turned into text',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-jpp7-7chh-cf67',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const specifiers = [Symbol(), { toString() { throw 1 } }, { toString: null, valueOf: null }, new Proxy({}, { get() { throw 2 } }), Object.create(null)]
      const settled = await Promise.allSettled(specifiers.map((specifier) => import(specifier)))
      return [settled.map(({ reason }) => typeof reason === 'number' ? reason : reason.name), secretFrom(...settled)]
    }`,
  expected: { status: 'succeeded', value: [['TypeError', 1, 'TypeError', 2, 'TypeError'], null] },
}
