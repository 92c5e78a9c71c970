import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'module.exports that is a proxy with all traps',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 6',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const seen = []
    module.exports = new Proxy({ main() { return [this === module.exports, secretFrom(this, ...seen)] } }, new Proxy({}, { get: (_, trap) => (...args) => { seen.push(...args); return Reflect[trap](...args) } }))`,
  expected: { status: 'succeeded', value: [true, null] },
}
