import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Values that attack whatever prints them',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-p5gc-c584-jj6v',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      const trap = new Proxy({}, new Proxy({}, { get: (_, name) => (...args) => { seen.push(...args); throw new Error(name) } }))
      const cyclic = {}; cyclic.self = cyclic
      class Sneaky extends Error { get stack() { seen.push(this); throw this } get message() { throw seen } }
      for (const value of [trap, cyclic, new Sneaky(), Object.create(null), Symbol('s'), 1n, () => 1, new Map([[cyclic, trap]]), { toJSON() { throw trap } }, { get a() { throw 1 } }, [, trap], new Date(NaN), Object.create(trap)])
        for (const key of Reflect.ownKeys(console)) if (typeof console[key] === 'function') try { console[key](value, '%s %o %j %d', value) } catch (error) { seen.push(error) }
      return secretFrom(...seen)
    }`,
  expected: { status: 'succeeded', value: null },
}
