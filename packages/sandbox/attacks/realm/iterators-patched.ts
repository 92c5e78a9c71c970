import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Array iterators patched, to see what the inside spreads or loops over',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 11',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const seen = []
    const arrayIterator = Object.getPrototypeOf([].values())
    const { next } = arrayIterator
    const original = Array.prototype[Symbol.iterator]
    exports.main = async () => {
      arrayIterator.next = function () { seen[seen.length] = this; return next.call(this) }
      Array.prototype[Symbol.iterator] = function () { seen[seen.length] = this; return original.call(this) }
      console.log('a', 'b')
      try { require('./x') } catch {}
      await import('x').catch((error) => error.stack)
      arrayIterator.next = next
      Array.prototype[Symbol.iterator] = original
      return secretFrom(...seen)
    }`,
  expected: { status: 'succeeded', value: null },
}
