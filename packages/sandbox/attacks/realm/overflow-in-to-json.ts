import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Stack overflow while the result is turned into JSON',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      let result = { end: true }
      for (let level = 0; level < 1e5; level++) result = { result }
      return result
    }`,
  limits: { timeoutMs: 25_000 },
  expected: { status: 'failed', error: { code: 'RESULT_NOT_JSON', message: /nested too deeply/ } },
}
