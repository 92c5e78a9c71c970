import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Reports, snapshots, profiles and traces, which Node.js writes to files',
  reference: 'https://nvd.nist.gov/vuln/detail/CVE-2023-30587',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const v8 = require('v8')
    exports.main = ({ folder }) => tried([
      () => process.report.writeReport(folder + '/report.json'), () => { process.report.directory = folder; return process.report.writeReport('x.json') }, () => v8.writeHeapSnapshot(folder + '/heap'),
      () => new (require('inspector').Session)().connect() ?? 'connected', () => require('trace_events').createTracing({ categories: ['node'] }).enable(), () => require('module').enableCompileCache(folder).message ? 'no cache' : 'cache',
    ])`,
  expected: {
    status: 'succeeded',
    value: [
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'no cache',
    ],
  },
}
