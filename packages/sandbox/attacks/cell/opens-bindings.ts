import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The internals of Node.js',
  reference: 'https://nvd.nist.gov/vuln/detail/CVE-2023-32559',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = () => tried([() => process.binding('spawn_sync'), () => process.binding('fs'), () => process._linkedBinding('fs'), () => require('internal/test/binding'), () => process.getBuiltinModule('internal/bootstrap/realm') ?? 'none', () => typeof primordials, () => process.mainModule?.constructor._load('internal/fs/utils') ?? 'none'])`,
  expected: {
    status: 'succeeded',
    value: [
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'none',
      'undefined',
      'MODULE_NOT_FOUND',
    ],
  },
}
