import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A Unix socket, which is a file and a door at once',
  reference: 'https://nvd.nist.gov/vuln/detail/CVE-2026-21636',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = ({ socket }) => tried([
      () => new Promise((resolve, reject) => require('net').connect(socket).on('data', (data) => resolve(String(data))).on('error', reject)),
      () => new Promise((resolve, reject) => require('http').get({ socketPath: socket }, resolve).on('error', reject)),
      () => new Promise((resolve, reject) => require('net').connect({ path: '\\0abstract' }).on('connect', resolve).on('error', reject)),
    ])`,
  expected: { status: 'succeeded', value: ['ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED'] },
}
