import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A then that throws proxies and null-prototype objects',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-mpf8-4hx2-7cjg',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => ({ then() { throw Object.create(null, { message: { get() { return secretFrom(this) ?? 'clean' } } }) } })`,
  expected: { status: 'failed', error: { name: 'Error', message: 'clean' } },
}
