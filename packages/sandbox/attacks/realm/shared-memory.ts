import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'SharedArrayBuffer and Atomics, as clocks and as ways to talk',
  reference: 'https://v8.dev/docs/untrusted-code-mitigations',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const buffer = new ArrayBuffer(8, { maxByteLength: 16 })
      const reached = [typeof SharedArrayBuffer, typeof Atomics, Object.prototype.toString.call(buffer), buffer.constructor.name, typeof Object.getPrototypeOf(ArrayBuffer).SharedArrayBuffer]
      return [reached, secretFrom(buffer)]
    }`,
  expected: {
    status: 'succeeded',
    value: [['undefined', 'undefined', '[object ArrayBuffer]', 'ArrayBuffer', 'undefined'], null],
  },
}
