import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A thrown value whose message recurses without end',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => { throw { get message() { return this.message }, name: 'Deep', toString() { return String(this) } } }`,
  expected: { status: 'failed', error: { code: 'GUEST_ERROR', name: 'Deep', message: '' } },
}
