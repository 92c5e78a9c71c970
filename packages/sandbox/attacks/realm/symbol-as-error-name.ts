import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'An error whose name is a symbol, so that formatting its stack throws',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-xj72-wvfv-8985',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      for (const name of [Symbol(), { toString() { throw new TypeError('mine') } }, new Proxy({}, {}), 1n, Object.create(null)]) {
        const error = new Error('x')
        error.name = name
        try { caught.push(typeof error.stack) } catch (thrown) { caught.push(thrown) }
      }
      return [caught.map((stack) => stack.name ?? stack), secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [['string', 'string', 'string', 'string', 'string'], null] },
}
