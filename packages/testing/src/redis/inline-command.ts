import { connect } from 'node:net'

const PATIENCE_MS = 5_000

/**
 * Gives a Redis of this machine one command, as words separated by blanks, and gives back the first line of its answer
 * or, for a bulk answer, the text.
 *
 * @throws what Redis refuses the command with, or that it did not answer
 */
export function inlineCommand(port: number, command: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const fail = (why: string, cause?: unknown): void =>
    reject(new Error(`Redis on port ${port} did not do "${command.slice(0, 60)}": ${why}`, { cause }))
  const socket = connect({ host: '127.0.0.1', port, timeout: PATIENCE_MS }, () =>
    socket.write(`${command}\r\n`),
  )
  let answer = ''
  socket
    .on('data', (data) => {
      answer += data.toString()
      const text = textOf(answer)
      if (text === undefined) return
      if (answer.startsWith('-')) fail(text)
      resolve(text)
      socket.destroy()
    })
    .once('timeout', () => socket.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)))
    .once('error', (error) => fail(error.message, error))
    .once('close', () => fail('the connection was closed'))
  return promise
}

/** `undefined` while there is more to come. */
function textOf(answer: string): string | undefined {
  const end = answer.indexOf('\r\n')
  if (end === -1) return undefined
  if (!answer.startsWith('$')) return answer.slice(1, end)
  const text = answer.slice(end + 2)
  return text.length >= Number(answer.slice(1, end)) + 2 ? text.slice(0, -2) : undefined
}
