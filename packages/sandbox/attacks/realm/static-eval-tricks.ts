import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Escapes of expression evaluators: a method taken off a literal, constructors of results',
  reference: 'https://github.com/advisories/GHSA-8v27-2fg9-7h62',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      for (const act of [() => (function () { return this })().constructor.constructor('return process')(), () => [].map.constructor('return process')(), () => ''.at.call.call.constructor('x')(), () => ({})['__proto__']['constructor']['constructor']('return 1')()])
        try { caught.push(act()) } catch (error) { caught.push(error) }
      return [caught.map((error) => error.name), secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [['EvalError', 'EvalError', 'EvalError', 'EvalError'], null] },
}
