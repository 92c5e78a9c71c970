import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Timers that are given text to compile',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'])
        try { if (typeof globalThis[name] === 'function') globalThis[name]('globalThis.compiled = true', 0) } catch (error) { caught.push(error) }
      return [globalThis.compiled === undefined, secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [true, null] },
}
