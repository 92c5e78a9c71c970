import { connect } from 'node:net'

const PATIENCE_MS = 1_000

/** Whether a Redis there answers PING; `false` also while it still loads its data. */
export function ping(hostname: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host: hostname, port, timeout: PATIENCE_MS }, () => socket.write('PING\r\n'))
  const settle = (answers: boolean): void => {
    socket.destroy()
    resolve(answers)
  }
  socket
    .once('data', (data) => settle(data.toString().startsWith('+PONG')))
    .once('timeout', () => settle(false))
    .once('error', () => settle(false))
    .once('end', () => settle(false))
  return promise
}
