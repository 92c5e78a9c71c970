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
      const secret = secretFrom(buffer, view, Atomics, ...copies)
      if (secret != null || copies.length !== 3 || typeof Atomics.waitAsync !== 'undefined') return { secret, copies: copies.length }
      return { buffer }
    }`,
  expected: {
    status: 'failed',
    error: { code: 'RESULT_NOT_JSON', message: /result.buffer is a SharedArrayBuffer/ },
  },
}
