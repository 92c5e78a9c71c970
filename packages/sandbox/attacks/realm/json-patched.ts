import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'JSON.stringify, JSON.parse and JSON.rawJSON patched',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 11',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = (data) => {
      const seen = []
      for (const key of ['stringify', 'parse', 'rawJSON', 'isRawJSON']) JSON[key] = (...args) => { seen.push(...args); return '"stolen"' }
      globalThis.JSON = { stringify: () => '"stolen"' }
      require('./data.json')
      return { get left() { return [seen.length, secretFrom(...seen)] } }
    }`,
  files: { '/data.json': '[1]' },
  expected: { status: 'succeeded', value: { left: [0, null] } },
}
