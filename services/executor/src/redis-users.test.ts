import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from '@isolated-runtime/client'
import { RedisConnection } from '@isolated-runtime/queue'
import { useRedis } from '@isolated-runtime/testing'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { Executor } from './executor.ts'

const redis = useRedis()
const PAGE = join(import.meta.dirname, '../../../docs/operate/redis.md')

/** Makes the users of the page, and gives their names. */
async function makeUsers(admin: RedisConnection): Promise<string[]> {
  const page = await readFile(PAGE, 'utf8')
  const rules = [...page.matchAll(/^ACL SETUSER (\S+) (.*)$/gm)]
  for (const [, name = '', rest = ''] of rules)
    await admin.redis.call('ACL', 'SETUSER', name, ...rest.split(' '))
  return rules.map(([, name = '']) => name)
}

function urlOf(user: string): string {
  return redis.url.replace('redis://', `redis://${user}:a-long-password@`)
}

test('a fleet works with the rights that docs/operate/redis.md gives it, and has no others', async () => {
  await using stack = new AsyncDisposableStack()
  const admin = stack.use(await RedisConnection.open({ redis: redis.url }))
  expect(await makeUsers(admin)).toEqual(['executor', 'client'])
  const env = { REDIS_URL: urlOf('executor'), HOST: '127.0.0.1', PORT: '0', CELLS: '1' }
  const executor = stack.use(await Executor.start(readConfig(env), pino({ level: 'silent' })))
  const client = stack.use(await Client.connect({ redis: urlOf('client'), tenant: 'acme' }))
  const source = `
    exports.echo = async (value) => { console.log('here'); return value }
    exports.wait = () => new Promise(() => {})
    exports.die = () => { const all = []; for (;;) all.push(new Uint8Array(4 << 20).fill(1)) }`
  const large = 'x'.repeat(400_000)
  expect(await client.run({ source, funcName: 'echo', args: [large] })).toBe(large)
  await client.admin.tenants.set('acme', { maxConcurrent: 4, runsPerSecond: 1_000, cpuMsPerMinute: 60_000 })
  const { status } = await client.outcome({ source, funcName: 'die' })
  expect(status).toBe('out-of-memory')
  const waiting = await client.submit({ source, funcName: 'wait' })
  await client.status(waiting.id)
  await waiting.cancel()
  expect(await waiting.outcome()).toMatchObject({ status: 'cancelled' })
  const delayed = await client.submit({ source, funcName: 'echo', args: [1], delayMs: 50 })
  expect(await delayed.outcome()).toMatchObject({ value: 1 })
  const logs = await client.submit({ source, funcName: 'echo', args: [2] })
  expect(await logs.outcome()).toMatchObject({ value: 2 })
  await client.admin.tenants.usage('acme')
  expect((await fetch(`http://127.0.0.1:${executor.port}/metrics`)).status).toBe(200)
  // Entries are [.., 'reason', 'command' or 'key', .., 'object', which, ..].
  expect(await admin.redis.call('ACL', 'LOG')).toEqual([])
  for (const user of ['executor', 'client']) {
    const connection = stack.use(await RedisConnection.open({ redis: urlOf(user) }))
    for (const command of [
      ['FLUSHALL'],
      ['CONFIG', 'GET', '*'],
      ['GET', 'another:key'],
      ['PUBLISH', 'another', 'x'],
    ]) {
      const [name = '', ...args] = command
      await expect(connection.redis.call(name, ...args)).rejects.toThrow('NOPERM')
    }
  }
})

test('docs/operate/redis.md lists every key that a fleet has made, with its type', async () => {
  await using admin = await RedisConnection.open({ redis: redis.url })
  const page = await readFile(PAGE, 'utf8')
  const rows = [...page.matchAll(/^\| (`.*?`) \| (.*?) \|/gm)].flatMap(([, names = '', types = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => ({ pattern: patternOf(name), types })),
  )
  const unlisted: string[] = []
  for (const key of await admin.redis.keys('*')) {
    const type = await admin.redis.type(key)
    const isListed = rows.some(
      ({ pattern, types }) => pattern.test(key) && (types.includes(type) || types === 'any'),
    )
    if (!isListed) unlisted.push(`${key} is a ${type}`)
  }
  expect(unlisted).toEqual([])
})

/** What a name of the table stands for: words in capitals are any text. */
function patternOf(name: string): RegExp {
  const text = name.replace(/^Q/, 'P:QUEUE').replace(/^P/, 'isolated-runtime')
  return new RegExp(`^${text.replaceAll(/[A-Z]+/g, '[^:]+')}$`)
}
