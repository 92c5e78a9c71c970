import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Error.captureStackTrace on functions, proxies, the global and the exports',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-7jxr-cg7f-gpgv',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const targets = [require, exports, globalThis, console.log, module, [], new Proxy({}, { defineProperty() { throw new TypeError('trap') } })]
      const stacks = targets.map((target) => {
        try { Error.captureStackTrace(target); return target.stack } catch (error) { return error.message }
      })
      return [stacks.map((stack) => typeof stack), stacks.some((stack) => /node:|file:|prelude/.test(stack)), secretFrom(...targets)]
    }`,
  expected: {
    status: 'succeeded',
    value: [['string', 'string', 'string', 'string', 'string', 'string', 'string'], false, null],
  },
}
