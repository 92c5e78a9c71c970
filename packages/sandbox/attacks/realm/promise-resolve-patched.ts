import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Promise itself, its resolve and its withResolvers patched',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 7',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const seen = []
      const steal = (...args) => { seen.push(...args); return { then(go) { go(1) } } }
      Promise.resolve = Promise.reject = Promise.withResolvers = Promise.try = Promise.all = steal
      globalThis.Promise = function (executor) { seen.push(executor) }
      await null
      return { get left() { return [seen.length, secretFrom(...seen)] } }
    }`,
  expected: { status: 'succeeded', value: { left: [0, null] } },
}
