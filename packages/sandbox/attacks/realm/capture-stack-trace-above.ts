import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Error.captureStackTrace that starts above the frames of the guest',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = function main() {
      const holder = {}
      Error.captureStackTrace(holder, main)
      return [holder.stack, secretFrom(holder)]
    }`,
  expected: { status: 'succeeded', value: ['Error', null] },
}
