import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Error.stackTraceLimit as a getter, as Infinity and as a proxy',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const stacks = []
      for (const descriptor of [{ get() { throw new Error('limit') } }, { value: Infinity }, { value: {} }, { value: -1 }, { value: 1e9 }]) {
        Object.defineProperty(Error, 'stackTraceLimit', { configurable: true, ...descriptor })
        try { stacks.push(typeof new Error('x').stack) } catch (error) { stacks.push(error.message) }
      }
      return [stacks, secretFrom(Error)]
    }`,
  expected: { status: 'succeeded', value: [['undefined', 'string', 'undefined', 'string', 'string'], null] },
}
