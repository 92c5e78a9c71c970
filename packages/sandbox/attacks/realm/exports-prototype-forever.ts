import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'module.exports whose prototype chain never ends',
  code: `
    const { secretFrom } = require('./secret-from.js')
    module.exports = new Proxy({}, { getPrototypeOf() { return new Proxy({}, this) }, getOwnPropertyDescriptor() { return undefined } })`,
  limits: { timeoutMs: 200 },
  expected: { status: 'timed-out', error: { code: 'TIMED_OUT' } },
}
