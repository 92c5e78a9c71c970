import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The same inside Array.fromAsync, which rejects by itself',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 19',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const error = new Error('x')
      error.name = Symbol()
      const settled = await Promise.allSettled([
        Array.fromAsync({ [Symbol.asyncIterator]() { return { next() { return { get done() { return error.stack.none.none } } } } } }),
        Array.fromAsync({ length: 1e10 }),
        Array.fromAsync({ get length() { throw error } }),
      ])
      return [settled.map(({ status }) => status), secretFrom(...settled.slice(0, 2))]
    }`,
  expected: { status: 'succeeded', value: [['rejected', 'rejected', 'rejected'], null] },
}
