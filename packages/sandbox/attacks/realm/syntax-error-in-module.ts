import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The error of a module that does not compile',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      try { require('./broken.js') } catch (error) { return [error instanceof Error, error.message, secretFrom(error)] }
    }`,
  files: { '/broken.js': 'let let = (' },
  expected: { status: 'succeeded', value: [true, "Cannot load module '/broken.js'", null] },
}
