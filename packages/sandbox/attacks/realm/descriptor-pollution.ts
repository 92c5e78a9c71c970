import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'get, set, value and writable on Object.prototype, which every descriptor inherits',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 15',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      Object.prototype.get = Object.prototype.set = function (...args) { seen.push(this, ...args) }
      const caught = []
      for (const act of [() => require('./none'), () => console.log('x'), () => Object.defineProperty({}, 'a', {})])
        try { act() } catch (error) { caught.push(error.code ?? error.name) }
      delete Object.prototype.get
      delete Object.prototype.set
      return [caught[0], secretFrom(...seen)]
    }`,
  expected: { status: 'succeeded', value: ['MODULE_NOT_FOUND', null] },
}
