import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'process, by name, by constructor chain and by the this of a sloppy function',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 1',
  code: `
    () => {
      const self = (function () { return this })()
      const caught = []
      for (const act of [() => Function('return process')(), () => self.constructor.constructor('return process')(), () => process])
        try { caught.push(typeof act()) } catch (error) { caught.push(error.name) }
      return [self === globalThis, typeof self.process, caught]
    }`,
  expected: { status: 'succeeded', value: [true, 'undefined', ['EvalError', 'EvalError', 'ReferenceError']] },
}
