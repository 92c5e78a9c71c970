import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { latch } from './latch.ts'
import { TcpProxy } from './tcp-proxy.ts'

let stack: AsyncDisposableStack
let proxy: TcpProxy

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  const echo = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket))
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  stack.defer(() => void echo.close())
  const address = echo.address()
  if (address === null || typeof address === 'string') throw new Error('The echo server got no port')
  proxy = stack.use(await TcpProxy.start({ port: address.port }))
})

afterEach(() => stack.disposeAsync())

async function dial(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1')
  stack.defer(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

async function ask(socket: Socket, question: string): Promise<string> {
  const answer = once(socket, 'data')
  socket.write(question)
  return String((await answer)[0])
}

test('TcpProxy forwards in both directions', async () => {
  expect(await ask(await dial(), 'hello')).toBe('hello')
})

test('cut() breaks connections and takes new ones', async () => {
  const socket = await dial()
  await ask(socket, 'hello')
  proxy.cut()
  expect(await text(socket)).toBe('')
  expect(await ask(await dial(), 'again')).toBe('again')
})

test('blackhole() delivers nothing until heal()', async () => {
  const socket = await dial()
  await ask(socket, 'hello')
  proxy.blackhole()
  const heard = latch<string>()
  socket.once('data', (data) => heard.resolve(String(data)))
  socket.write('late')
  await expect(heard.wait(100)).rejects.toThrow('nobody opened')
  proxy.heal()
  expect(await heard.wait()).toBe('late')
})

test('close() twice gives the same promise', async () => {
  const closing = proxy.close()
  expect(proxy.close()).toBe(closing)
  await closing
})
