import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Reasons and listeners of abort signals',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      if (typeof AbortController !== 'function') return null
      const controller = new AbortController()
      const got = [controller.signal]
      controller.signal.addEventListener?.('abort', function (event) { got.push(this, event, event.target, event.constructor) })
      controller.abort()
      got.push(controller.signal.reason)
      try { controller.signal.throwIfAborted() } catch (error) { got.push(error) }
      return secretFrom(...got)
    }`,
  expected: { status: 'succeeded', value: null },
}
