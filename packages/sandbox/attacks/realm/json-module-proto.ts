import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A JSON module with __proto__ keys',
  reference: 'https://github.com/advisories/GHSA-9h4g-27m8-qjrg',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const data = require('./data.json')
      return [Object.keys(data), data.polluted === undefined, ({}).polluted === undefined, secretFrom(data)]
    }`,
  files: { '/data.json': '{"__proto__":{"polluted":true}}' },
  expected: { status: 'succeeded', value: [['__proto__'], true, true, null] },
}
