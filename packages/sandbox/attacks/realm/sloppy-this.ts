import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The this of a sloppy function, of an accessor and of a tagged template',
  reference: 'https://github.com/advisories/GHSA-hgch-jjmr-gp7w',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const got = [(function () { return this })(), [1].map(function () { return this })[0], (() => this)(), Reflect.apply(function () { return this }, undefined, []), Array.from([1], function () { return this })[0]]
      return [got.filter((self) => self === globalThis).length, secretFrom(...got)]
    }`,
  expected: { status: 'succeeded', value: [4, null] },
}
