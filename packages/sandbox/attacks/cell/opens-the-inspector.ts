import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The inspector, which can do all',
  reference: 'https://nvd.nist.gov/vuln/detail/CVE-2023-30587',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const inspector = require('inspector')
    exports.main = () => tried([() => inspector.open(0), () => inspector.url() ?? 'none', () => new inspector.Session().connect(), () => new inspector.Session().connectToMainThread(), () => require('node:inspector/promises').Network && 'api', () => require('repl').start({ input: process.stdin }) && 'repl'])`,
  expected: {
    status: 'succeeded',
    value: ['ERR_ACCESS_DENIED', 'none', 'ERR_ACCESS_DENIED', 'ERR_INSPECTOR_NOT_WORKER', 'api', 'TypeError'],
  },
}
