import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Errors raised by require',
  reference: 'https://github.com/patriksimek/vm2/issues/138',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      for (const specifier of ['fs', './none.js', '../../etc/passwd', '', 'node:process', Symbol(), null, {}, undefined, '\\0', './' + 'x'.repeat(1e5)]) {
        try { require(specifier) } catch (error) { caught.push(error) }
      }
      return [caught.length, caught.every((error) => error instanceof Error), secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [11, true, null] },
}
