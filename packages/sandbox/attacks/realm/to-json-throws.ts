import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A toJSON that throws a proxy',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => ({ toJSON() { throw new Proxy({}, { get(_, key) { return key === 'message' ? secretFrom(_) ?? 'clean' : undefined } }) } })`,
  expected: { status: 'failed', error: { code: 'RESULT_NOT_JSON', message: /clean/ } },
}
