import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A main that is require itself',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = require`,
  args: ['fs'],
  expected: { status: 'failed', error: { name: 'Error', message: /Cannot find module 'fs'/ } },
}
