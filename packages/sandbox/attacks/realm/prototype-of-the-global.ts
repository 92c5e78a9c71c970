import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A proxy as the prototype of the global, to see names the inside looks up',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const asked = []
      try {
        Object.setPrototypeOf(Object.getPrototypeOf(globalThis), new Proxy(Object.prototype, { get: (_, key, receiver) => { asked.push(String(key)); return Reflect.get(Object.prototype, key) }, has: (_, key) => { asked.push(String(key)); return false } }))
      } catch (error) { asked.push(error.name) }
      await import('fs').catch(() => {})
      console.log({})
      try { require('./none') } catch {}
      return [asked, secretFrom(asked)]
    }`,
  expected: { status: 'succeeded', value: [[], null] },
}
