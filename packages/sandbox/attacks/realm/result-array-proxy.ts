import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A result that is a proxy of an array, and changes its length while it is read',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 6',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      let looks = 0
      return new Proxy([1, 2], { get: (target, key, receiver) => key === 'length' ? ++looks * 2 : key === '0' ? looks : key === '1' ? secretFrom(target) : undefined })
    }`,
  expected: { status: 'succeeded', value: [1, null] },
}
