import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Format strings that take the arguments apart',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      const argument = { get constructor() { seen.push(this); return function () { seen.push(this) } }, toString() { seen.push(this); return '%o' } }
      for (const format of ['%s', '%o', '%O', '%d', '%i', '%f', '%j', '%c', '%%', '%', '%s'.repeat(1000)]) console.log(format, argument, argument)
      return secretFrom(...seen)
    }`,
  expected: { status: 'succeeded', value: null },
}
