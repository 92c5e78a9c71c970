import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A main that can only be constructed',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = class { constructor() { return { secret: secretFrom(new.target) } } }`,
  expected: { status: 'failed', error: { name: 'TypeError', message: /cannot be invoked without 'new'/ } },
}
