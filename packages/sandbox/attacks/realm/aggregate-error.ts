import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The AggregateError of Promise.any, with rejected import()s inside',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-55hx-c926-fr95',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => Promise.any([import('a'), import('b'), Promise.reject(1)])
      .catch((error) => [error.name, error.errors.length, secretFrom(error, error.errors, ...error.errors)])`,
  expected: { status: 'succeeded', value: ['AggregateError', 3, null] },
}
