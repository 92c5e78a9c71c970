import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A port and a socket to listen at',
  reference: 'https://nodejs.org/api/permissions.html',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const net = require('net')
    exports.main = ({ folder }) => tried([
      () => new Promise((resolve, reject) => net.createServer().on('error', reject).listen(0, resolve)),
      () => new Promise((resolve, reject) => net.createServer().on('error', reject).listen(folder + '/listen', resolve)),
      () => new Promise((resolve, reject) => require('http').createServer().on('error', reject).listen(0, resolve)),
    ])`,
  expected: { status: 'succeeded', value: ['ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED'] },
}
