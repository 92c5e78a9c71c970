import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Causes and errors without end, made by getters that look for the frames of who reads them',
  code: `
    const { secretFrom } = require('./secret-from.js')
    function make(found) {
      const error = new Error(String(found))
      const read = function (of) { return make(secretFrom(of, arguments, read.caller, new Error().stack)) }
      Object.defineProperty(error, 'cause', { get() { return read(this) } })
      Object.defineProperty(error, 'errors', { get() { return [read(this), read(this)] } })
      return error
    }
    exports.main = () => { throw make('begin') }`,
  expected: { status: 'failed', error: { code: 'GUEST_ERROR', name: 'Error', message: 'begin' } },
}
