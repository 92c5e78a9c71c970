import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'BigInt.prototype.toJSON and Symbol.prototype.toJSON in the result',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      BigInt.prototype.toJSON = function () { return secretFrom(this) ?? 'big' }
      Symbol.prototype.toJSON = function () { return secretFrom(this) ?? 'symbol' }
      return [1n, Symbol()]
    }`,
  expected: { status: 'failed', error: { code: 'RESULT_NOT_JSON', message: /result\[1\] is a symbol/ } },
}
