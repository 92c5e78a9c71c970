import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'TCP, TLS, HTTP, HTTP/2, fetch and WebSocket',
  reference: 'https://nodejs.org/api/permissions.html',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = ({ port }) => tried([
      () => new Promise((resolve, reject) => require('net').connect(port, '127.0.0.1').on('data', (data) => resolve(String(data))).on('error', reject)),
      () => new Promise((resolve, reject) => require('http').get({ port, host: '127.0.0.1' }, resolve).on('error', reject)),
      () => new Promise((resolve, reject) => require('tls').connect(port, '127.0.0.1').on('secureConnect', resolve).on('error', reject)),
      () => new Promise((resolve, reject) => require('http2').connect(\`http://127.0.0.1:\${port}\`).on('connect', resolve).on('error', reject)),
      () => fetch(\`http://127.0.0.1:\${port}\`).then((response) => response.text(), (error) => { throw error.cause ?? error }),
      () => new Promise((resolve, reject) => { const socket = new WebSocket(\`ws://127.0.0.1:\${port}\`); socket.onopen = resolve; socket.onerror = () => reject({ code: 'refused' }) }),
    ])`,
  expected: {
    status: 'succeeded',
    value: [
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'refused',
    ],
  },
}
