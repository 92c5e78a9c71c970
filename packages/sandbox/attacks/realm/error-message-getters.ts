import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Getters on Error.prototype, read while a stack is formatted',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      for (const key of ['name', 'message', 'stack', 'cause'])
        Object.defineProperty(Error.prototype, key, { configurable: true, get() { seen.push(key, this); throw this } })
      const stacks = []
      for (const make of [() => new Error(), () => new TypeError('x'), () => null.x]) {
        try { stacks.push(typeof make().stack) } catch (error) { stacks.push(typeof error) }
      }
      return [stacks, secretFrom(...seen)]
    }`,
  expected: { status: 'succeeded', value: [['string', 'string', 'object'], null] },
}
