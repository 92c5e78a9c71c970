import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'arguments.callee.caller and the caller of every function on the stack',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 5',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = function main() {
      function inner() { return [inner.caller, arguments.callee.caller, main.caller, inner.caller.caller] }
      const callers = inner()
      const fromBuiltin = []
      JSON.stringify({ toJSON: function toJSON() { fromBuiltin.push(toJSON.caller) } })
      ;[2, 1].sort(function compare() { fromBuiltin.push(compare.caller); return 0 })
      return [callers.map((caller) => caller === main), fromBuiltin.every((caller) => caller === null || caller === main), secretFrom(...callers, ...fromBuiltin)]
    }`,
  expected: { status: 'succeeded', value: [[true, true, false, false], true, null] },
}
