import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Symbol.species of Array, an array that is its own species',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-grj5-jjm8-h35p',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const own = []
      own.constructor = { get [Symbol.species]() { return function () { return own } } }
      const made = [own.map((x) => x), own.concat([1]), own.slice(), own.splice(0), own.flat(), own.filter(Boolean)]
      return [made.length, secretFrom(own, ...made)]
    }`,
  expected: { status: 'succeeded', value: [6, null] },
}
