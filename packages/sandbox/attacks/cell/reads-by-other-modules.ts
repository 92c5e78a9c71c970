import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Modules that read files on the side',
  reference: 'https://github.com/nodejs/node/security/advisories',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const { createRequire, findPackageJSON, enableCompileCache, stripTypeScriptTypes } = require('module')
    exports.main = ({ file, folder }) => tried([
      () => process.loadEnvFile(file), () => createRequire(folder + '/')(file), () => createRequire(folder + '/')('./secret.txt'), () => import('file://' + file),
      () => findPackageJSON(file) ?? 'none', () => new (require('worker_threads').Worker)(file),
    ])`,
  expected: {
    status: 'succeeded',
    value: [
      'TypeError',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_UNSUPPORTED_RESOLVE_REQUEST',
      'Error',
    ],
  },
}
