import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A rejection that is handled long after it was noted',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-hw58-p9xv-2mjh',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const rejected = Promise.reject(new Error('late'))
      for (let turn = 0; turn < 1000; turn++) await turn
      return rejected.catch((error) => [error.message, secretFrom(error)])
    }`,
  expected: { status: 'succeeded', value: ['late', null] },
}
