import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Native code: addons, shared libraries and foreign functions',
  reference: 'https://nodejs.org/api/permissions.html',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = () => tried([() => process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6'), () => require('/lib/x86_64-linux-gnu/libc.node'), () => require('node:ffi').dlopen('libc.so.6', { getpid: { parameters: [], result: 'int32' } }), () => require('node:ffi').getInt8(1n), () => require('module')._extensions['.node']({}, '/x.node'), () => new (require('wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } })])`,
  expected: {
    status: 'succeeded',
    value: [
      'ERR_DLOPEN_DISABLED',
      'MODULE_NOT_FOUND',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_DLOPEN_DISABLED',
      'ERR_ACCESS_DENIED',
    ],
  },
}
