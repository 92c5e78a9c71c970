import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Everything of the web platform that may be in reach, called with hostile arguments',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const got = []
      const hostile = [undefined, null, Symbol(), new Proxy({}, {}), { toString() { throw got } }, 'x', -1]
      for (const name of ['structuredClone', 'URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'atob', 'btoa', 'AbortController', 'AbortSignal', 'Event', 'EventTarget', 'crypto', 'Headers', 'Blob', 'MessageChannel', 'BroadcastChannel', 'performance', 'navigator', 'fetch', 'Worker']) {
        const thing = globalThis[name]
        got.push(thing)
        for (const value of hostile) for (const act of [() => thing(value), () => new thing(value), () => thing.prototype.constructor(value)]) try { got.push(await act()) } catch (error) { got.push(error) }
      }
      return secretFrom(...got)
    }`,
  expected: { status: 'succeeded', value: null },
}
