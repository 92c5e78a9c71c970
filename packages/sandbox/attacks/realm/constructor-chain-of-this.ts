import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'this.constructor.constructor("return process")()',
  reference: 'https://github.com/patriksimek/vm2/issues/32',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const self = this
    exports.main = function () {
      const caught = []
      for (const object of [self, this, globalThis, exports, module]) {
        try { object.constructor.constructor('return process')() } catch (error) { caught.push(error) }
      }
      return [caught.map((error) => error.name), secretFrom(self, this, ...caught)]
    }`,
  expected: {
    status: 'succeeded',
    value: [['EvalError', 'EvalError', 'EvalError', 'EvalError', 'EvalError'], null],
  },
}
