import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The handles and callbacks of timers',
  reference: 'https://github.com/patriksimek/vm2/issues/177',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const got = []
      for (const name of ['setTimeout', 'setInterval', 'setImmediate']) {
        if (typeof globalThis[name] !== 'function') continue
        await new Promise((resolve) => {
          const handle = globalThis[name](function (...args) { got.push(this, handle, ...args); globalThis[name.replace('set', 'clear')](handle); resolve() }, 0, {})
        })
      }
      return secretFrom(globalThis, ...got)
    }`,
  expected: { status: 'succeeded', value: null },
}
