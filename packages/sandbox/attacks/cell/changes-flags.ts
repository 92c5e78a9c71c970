import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Flags of V8, some of which have it write files or drop checks',
  reference: 'https://nodejs.org/api/v8.html#v8setflagsfromstringflags',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const v8 = require('v8')
    const { Script } = require('vm')
    const stackTraceLimit = Error.stackTraceLimit
    exports.main = () => tried([
      () => v8.setFlagsFromString('--allow-natives-syntax'), () => require('node:v8').default.setFlagsFromString('--allow-natives-syntax'),
      async () => typeof (await import('node:v8')).setFlagsFromString, () => typeof process.getBuiltinModule('v8').setFlagsFromString, () => process.binding('v8'),
      () => new Script('%IsSmi(1)').runInThisContext(),
    ])`,
  expected: {
    status: 'succeeded',
    value: ['TypeError', 'TypeError', 'undefined', 'undefined', 'ERR_ACCESS_DENIED', 'SyntaxError'],
  },
}
