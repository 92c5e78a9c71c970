import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Code from strings in the main thread of the cell',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = () => tried([() => eval('1'), () => Function('return 1')(), () => { require('v8').setFlagsFromString('--no-disallow-code-generation-from-strings'); return Function('return 1')() }])`,
  expected: { status: 'succeeded', value: ['EvalError', 'EvalError', 'TypeError'] },
}
