import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'nodejs.util.inspect.custom on what is logged, thrown and returned',
  reference: 'https://github.com/advisories/GHSA-g644-9gfx-q4q4',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      const inspect = (...args) => { seen.push(...args); return 'inspected' }
      const hostile = { [Symbol.for('nodejs.util.inspect.custom')]: inspect, inspect }
      Object.prototype[Symbol.for('nodejs.util.inspect.custom')] = inspect
      console.log(hostile); console.error(new Error('x')); console.log('%o', hostile)
      Promise.reject(hostile)
      return secretFrom(...seen)
    }`,
  expected: { status: 'succeeded', value: null },
}
