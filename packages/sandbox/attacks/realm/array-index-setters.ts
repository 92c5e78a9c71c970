import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Setters on indexes of Array.prototype, to catch what the inside keeps in arrays',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-9qj6-qjgg-37qq',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const seen = []
    for (let index = 0; index < 20; index++)
      Object.defineProperty(Array.prototype, index, { configurable: true, get() { seen[seen.length] = this }, set(value) { Object.defineProperty(this, index, { value, writable: true, configurable: true, enumerable: true }); seen.count = (seen.count ?? 0) + 1; seen.last = value } })
    exports.main = async () => {
      console.log('a', { b: [1] })
      try { require('./x/y/../z') } catch {}
      await import('x').catch((error) => error.stack)
      for (let index = 0; index < 20; index++) delete Array.prototype[index]
      return secretFrom(seen.last, ...seen)
    }`,
  expected: { status: 'succeeded', value: null },
}
