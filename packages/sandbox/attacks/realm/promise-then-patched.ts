import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Promise.prototype.then, catch and finally patched',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-99p7-6v5w-7xg8',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const seen = []
      for (const key of ['then', 'catch', 'finally']) {
        const original = Promise.prototype[key]
        Promise.prototype[key] = function (...handlers) { seen.push(this, ...handlers); return original.apply(this, handlers) }
      }
      await import('x').catch(() => {})
      return { get left() { return [seen.length > 0, secretFrom(...seen)] } }
    }`,
  expected: { status: 'succeeded', value: { left: [true, null] } },
}
