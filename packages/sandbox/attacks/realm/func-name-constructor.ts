import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Functions by the names that every object inherits',
  reference: 'https://github.com/advisories/GHSA-9pgh-qqpf-7wqj',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const probe = (name) => require('./other.js')[name]
      return [typeof probe('constructor'), secretFrom(probe('constructor'), probe('__proto__'))]
    }`,
  files: { '/other.js': 'exports.x = 1' },
  expected: { status: 'succeeded', value: ['function', null] },
}
