import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A cycle of modules that hand half-made exports to each other',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.early = 1
    const other = require('./other.js')
    exports.main = () => [other.seen, secretFrom(other, module)]`,
  files: { '/other.js': "const main = require('./main.js'); exports.seen = { ...main }" },
  expected: { status: 'succeeded', value: [{ early: 1 }, null] },
}
