import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A revoked proxy as the result',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 6',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const { proxy, revoke } = Proxy.revocable({}, {})
      revoke()
      return [proxy]
    }`,
  expected: { status: 'failed', error: { code: 'RESULT_NOT_JSON', message: /revoked/ } },
}
