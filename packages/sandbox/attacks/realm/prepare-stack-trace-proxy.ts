import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Error replaced by proxies that watch what the engine reads of it',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-whpj-8f3w-67p5',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const asked = []
      globalThis.Error = new Proxy(Error, { get: (target, key) => { asked.push(String(key)); return target[key] } })
      const { stack } = new TypeError('x')
      let overflow
      try { (function deep() { deep() })() } catch (error) { overflow = error }
      return [typeof stack, asked, overflow.name, secretFrom(overflow)]
    }`,
  expected: { status: 'succeeded', value: ['string', [], 'RangeError', null] },
}
