import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The environment, from which libraries take the paths of files',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = ({ folder }) => tried([
      () => { process.env.TZ = 'Asia/Tokyo'; return new Date(0).getHours() }, () => { process.env.NODE_EXTRA_CA_CERTS = folder + '/secret.txt'; return require('tls').getCACertificates('extra').length },
      () => { process.env = { TZ: 'Asia/Tokyo' }; return new Date(0).getHours() }, () => Object.defineProperty(process, 'env', { value: { TZ: 'Asia/Tokyo' } }) && 'defined',
      () => { delete process.env; return typeof process.env }, () => process.loadEnvFile(folder + '/secret.txt'), () => Object.setPrototypeOf(process.env, { TZ: 'x' }) && 'inherits',
      () => Object.keys(process.report.getReport().environmentVariables).length, () => ({ ...process.env }),
    ])`,
  expected: {
    status: 'succeeded',
    value: [0, 0, 0, 'TypeError', 'object', 'TypeError', 'TypeError', 1, {}],
  },
}
