import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A __proto__ key in the arguments',
  reference: 'https://github.com/advisories/GHSA-33vh-7x8q-mg35',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = (data) => {
      const copy = Object.assign({}, data)
      return [Object.keys(data), ({}).polluted === undefined, secretFrom(data, copy)]
    }`,
  args: [JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')],
  expected: { status: 'succeeded', value: [['__proto__', 'constructor'], true, null] },
}
