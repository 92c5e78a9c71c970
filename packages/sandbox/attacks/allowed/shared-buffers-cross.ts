import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Shared memory handed to everything that carries values: the result, errors, clones, the log',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const buffer = new SharedArrayBuffer(8, { maxByteLength: 16 })
      const view = new Int32Array(buffer)
      console.log(buffer, view)
      const copies = []
      for (const value of [buffer, view, { buffer }]) try { copies.push(structuredClone(value)) } catch (error) { copies.push(error.name) }
      return { buffer, waitAsync: typeof Atomics.waitAsync, copies: copies.length, secret: secretFrom(buffer, view, Atomics, ...copies) }
    }`,
  expected: {
    status: 'succeeded',
    value: { buffer: {}, waitAsync: 'undefined', copies: 3, secret: null },
  },
}
