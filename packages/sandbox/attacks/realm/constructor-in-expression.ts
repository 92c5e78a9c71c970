import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The constructor chain of this, of an arrow function and of a literal',
  reference: 'https://github.com/n8n-io/n8n/security/advisories/GHSA-v98v-ff95-f3cp',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = function () {
      const reached = [this.constructor.constructor, (() => {}).constructor, ''.sub.constructor, (1).constructor.constructor]
      return [reached.every((reach) => reach === Function), secretFrom(...reached)]
    }`,
  expected: { status: 'succeeded', value: [true, null] },
}
