import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'UDP',
  reference: 'https://nodejs.org/api/permissions.html',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = ({ udpPort }) => tried([
      () => new Promise((resolve, reject) => { const socket = require('dgram').createSocket('udp4'); socket.on('error', reject); socket.on('message', (message) => resolve(String(message))); socket.send('x', udpPort, '127.0.0.1', (error) => error && reject(error)) }),
      () => new Promise((resolve, reject) => { const socket = require('dgram').createSocket('udp4'); socket.on('error', reject); socket.bind(0, '127.0.0.1', resolve) }),
    ])`,
  expected: { status: 'succeeded', value: ['ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED'] },
}
