import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Every builtin frozen before the result is taken',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = new Set()
      const freeze = (thing) => {
        if ((typeof thing !== 'object' || thing === null) && typeof thing !== 'function') return
        if (seen.has(thing)) return
        seen.add(thing)
        for (const key of Reflect.ownKeys(thing)) { const { value, get, set } = Object.getOwnPropertyDescriptor(thing, key); freeze(value); freeze(get); freeze(set) }
        freeze(Object.getPrototypeOf(thing))
        try { Object.freeze(thing) } catch {}
      }
      freeze(globalThis); freeze(require); freeze(module)
      return [seen.size > 500, secretFrom(...seen)]
    }`,
  expected: { status: 'succeeded', value: [true, null] },
}
