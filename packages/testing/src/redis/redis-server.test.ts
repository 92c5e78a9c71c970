import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { ping } from './ping.ts'
import { RedisServer } from './redis-server.ts'

test('a started server answers, and two of them do not share a port', async () => {
  await using one = await RedisServer.start()
  await using two = await RedisServer.start()
  expect(one.url).toBe(`redis://127.0.0.1:${one.port}`)
  expect(one.port).not.toBe(two.port)
  expect(await tell(one, 'SET key one')).toBe('+OK')
  expect(await tell(two, 'GET key')).toBe('$-1')
})

test('close() ends the server and leaves no data behind', async () => {
  const server = await RedisServer.start()
  const [, , , dir] = (await tell(server, 'CONFIG GET dir', 5)).split('\r\n')
  await server.close()
  expect(await ping('127.0.0.1', server.port)).toBe(false)
  expect(existsSync(String(dir))).toBe(false)
  expect(server.close()).toBe(server.close())
})

test('restart() after kill() brings an append-only server back with its data', async () => {
  await using dir = await temporaryFolder()
  await using server = await RedisServer.start({ dir: dir.path, appendOnly: true })
  await tell(server, 'SET key kept')
  await server.kill()
  expect(server.pid).toBeUndefined()
  expect(await ping('127.0.0.1', server.port)).toBe(false)
  await server.restart()
  expect(await tell(server, 'GET key', 2)).toBe('$4\r\nkept')
})

test('a paused server answers nothing until it is resumed', async () => {
  await using server = await RedisServer.start()
  await server.pause()
  expect(await ping('127.0.0.1', server.port)).toBe(false)
  await server.resume()
  expect(await ping('127.0.0.1', server.port)).toBe(true)
})

test('a paused server can be closed', async () => {
  const server = await RedisServer.start()
  await server.pause()
  await server.close()
  expect(server.pid).toBeUndefined()
})

test('start() rejects with what the server said when it does not come up', async () => {
  await using server = await RedisServer.start()
  await expect(RedisServer.start({ port: server.port })).rejects.toThrow(/ended with 1 .*already in use/is)
  await expect(RedisServer.start({ args: ['--no-such-option', '1'] })).rejects.toThrow('no-such-option')
})

/** Sends an inline command and gives the first lines of the reply. */
async function tell(server: RedisServer, command: string, lines = 1): Promise<string> {
  const socket = connect(server.port, '127.0.0.1')
  socket.write(`${command}\r\n`)
  let reply = ''
  for await (const chunk of socket) {
    reply += String(chunk)
    if (reply.split('\r\n').length > lines) break
  }
  return reply.trim()
}
