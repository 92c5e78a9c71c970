import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'structuredClone of what belongs to the inside',
  reference: 'https://github.com/patriksimek/vm2/issues/268',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      if (typeof structuredClone !== 'function') return null
      const got = []
      for (const thing of [require, module, console, globalThis, new Error('x'), new Map([[1, {}]]), /x/, new Date(), Symbol(), { get a() { throw 1 } }, import('x').catch(() => {})])
        try { got.push(structuredClone(thing)) } catch (error) { got.push(error) }
      return secretFrom(...got)
    }`,
  expected: { status: 'succeeded', value: null },
}
