import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Setters on Object.prototype for the names the inside uses',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 14',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const seen = []
    for (const key of ['port', 'load', 'settle', 'log', 'exports', 'holder', 'key', 'parent', 'name', 'message', 'code', 'cache', 'level', 'text', 'done', 'next', 'file'])
      Object.defineProperty(Object.prototype, key, { configurable: true, set(value) { seen.push(this, value) }, get() { seen.push(this); return undefined } })
    exports.main = () => {
      console.log({ a: 1 })
      try { require('./none') } catch (error) { seen.push(error.stack) }
      return { a: { b: 1 }, get found() { for (const key of ['port', 'load']) delete Object.prototype[key]; return secretFrom(...seen) } }
    }`,
  expected: { status: 'succeeded', value: { a: { b: 1 }, found: null } },
}
