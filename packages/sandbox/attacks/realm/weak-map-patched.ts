import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'WeakMap, Map and Set patched, to catch what is kept in them',
  reference: 'https://github.com/advisories/GHSA-4w2j-2rg4-5mjw',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const seen = []
    for (const { prototype } of [WeakMap, Map, Set, WeakSet])
      for (const key of ['get', 'set', 'has', 'add', 'delete', 'forEach']) if (prototype[key]) prototype[key] = function (...args) { seen.push(this, ...args) }
    exports.main = async () => {
      console.log('x', new Map())
      try { require('./none') } catch {}
      await import('x').catch((error) => error.stack)
      return { get found() { return seen.length > 20 ? 'many' : null } }
    }`,
  expected: { status: 'succeeded', value: { found: null } },
}
