import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client, type RunHandle } from '@isolated-runtime/client'
import { RedisConnection } from '@isolated-runtime/queue'
import { guestFolder, startProcess, TcpProxy, useRedis, type StartedProcess } from '@isolated-runtime/testing'
import { expect, test, vi } from 'vitest'
import { startExecutor, startMain } from './fixtures/start-main.ts'

const redis = useRedis()
const TOO_OLD = /^This is Node\.js \d+\.\d+\.\d+, isolated-runtime needs 26 or newer$/
const BUILT = fileURLToPath(new URL('../dist/main.js', import.meta.url))

test('--help prints the variables', async () => {
  await using main = await startMain({}, ['--help'])
  expect(await main.exit).toEqual({ code: 0, signal: null })
  expect(main.lines).toContainEqual(expect.stringMatching(/^REDIS_URL +required/))
})

test.for([
  [
    'an environment that is wrong',
    [],
    /^Invalid environment: "REDIS_URL": .*; "PORT": expected a whole number$/,
  ],
  ['an unknown argument', ['--prot'], /^Unknown argument "--prot"; the only one is "--help"$/],
] as const)('%s is refused in one line', async ([, args, message]) => {
  await using main = await startMain({ PORT: 'x' }, args)
  expect(await main.exit).toEqual({ code: 1, signal: null })
  expect(main.lines).toEqual([expect.stringMatching(message)])
})

test('a Redis that is not there ends the executor with its address', async () => {
  await using main = await startMain({ REDIS_URL: 'redis://127.0.0.1:1', PORT: '0' })
  expect(await main.exit).toEqual({ code: 1, signal: null })
  expect(main.lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({
      level: 60,
      code: 'REDIS_UNREACHABLE',
      msg: expect.stringContaining('127.0.0.1:1'),
    }),
  ])
})

test('less protection than is required ends the executor with what is missing', async () => {
  const env = { REDIS_URL: redis.url, PORT: '0', HOST: '127.0.0.1', FIRST_CELL_UID: '0' }
  await using main = await startMain({ ...env, REQUIRE_PROTECTION: 'users' })
  expect(await main.exit).toEqual({ code: 1, signal: null })
  expect(main.lines.at(-1)).toMatch(/"code":"INVALID_OPTIONS".*REQUIRE_PROTECTION is .{2}users.*cell-users: /)
})

test('the protection in force is told at the start and by /readyz?verbose', async () => {
  const { executor, port } = await startExecutor({ REDIS_URL: redis.url, KEY_PREFIX: redis.uniquePrefix() })
  await using _ = executor
  const told = JSON.parse(await executor.waitForLine(/"msg":"protection"/)) as Record<string, unknown>
  expect(told).toMatchObject({
    level: 30,
    protection: expect.any(String),
    node: process.versions.node,
    missing: expect.any(Array),
  })
  const verbose = await (await fetch(`http://127.0.0.1:${port}/readyz?verbose`)).json()
  expect(verbose).toMatchObject({ protection: { level: told['protection'], measures: expect.any(Array) } })
  expect(await (await fetch(`http://127.0.0.1:${port}/readyz`)).json()).not.toHaveProperty('protection')
})

async function startRun(
  stack: AsyncDisposableStack,
  code: string,
): Promise<{ executor: StartedProcess; handle: RunHandle }> {
  const keyPrefix = redis.uniquePrefix()
  const { executor } = await startExecutor({ REDIS_URL: redis.url, KEY_PREFIX: keyPrefix })
  stack.use(executor)
  const folder = stack.use(await guestFolder({ 'a.js': code }))
  const client = stack.use(await Client.connect({ redis: redis.url, keyPrefix }))
  const handle = await client.submit({ folder: folder.path, file: 'a.js', funcName: 'a' })
  const connection = stack.use(await RedisConnection.open({ redis: redis.url }))
  await vi.waitFor(async () => expect(await connection.redis.llen(`${keyPrefix}:runs:active`)).toBe(1))
  return { executor, handle }
}

test('SIGTERM drains: the active run finishes, and the process ends with 0', async () => {
  await using stack = new AsyncDisposableStack()
  const code =
    'exports.a = () => { const end = Date.now() + 1_000; while (Date.now() < end); return "finished" }'
  const { executor, handle } = await startRun(stack, code)
  executor.kill('SIGTERM')
  expect(await handle.outcome()).toMatchObject({ value: 'finished', usage: { attempts: 1 } })
  expect(await executor.exit).toEqual({ code: 0, signal: null })
})

test('a second signal ends the process at once', async () => {
  await using stack = new AsyncDisposableStack()
  const { executor } = await startRun(stack, 'exports.a = () => { for (;;); }')
  executor.kill('SIGTERM')
  await executor.waitForLine(/"msg":"draining"/)
  executor.kill('SIGTERM')
  expect(await executor.exit).toEqual({ code: 1, signal: null })
})

test(
  'SIGTERM ends the process within the grace, though Redis stands still',
  { timeout: 60_000 },
  async () => {
    await using stack = new AsyncDisposableStack()
    const proxy = stack.use(await TcpProxy.start({ port: redis.server.port }))
    const url = `redis://127.0.0.1:${proxy.port}`
    const env = { REDIS_URL: url, KEY_PREFIX: redis.uniquePrefix(), DRAIN_GRACE_MS: '6000' }
    const { executor } = await startExecutor(env)
    stack.use(executor)
    proxy.blackhole()
    executor.kill('SIGTERM')
    await executor.waitForLine(/"msg":"draining"/)
    const tooLate = new AbortController()
    // Without a bound it takes five seconds more than the grace, and a busy machine may need some.
    const late = setTimeout(9_000, 'still there', { signal: tooLate.signal }).catch(() => undefined)
    expect(await Promise.race([executor.exit, late])).toEqual({ code: 0, signal: null })
    tooLate.abort()
  },
)

test('a Node.js that is too old is refused in one line', async () => {
  const pretend = 'Object.defineProperty(process.versions, "node", { value: "20.20.2" })'
  const preload = `data:text/javascript,${encodeURIComponent(pretend)}`
  await using main = await startMain({}, [], ['--import', preload])
  expect(await main.exit).toEqual({ code: 1, signal: null })
  expect(main.lines).toEqual([expect.stringMatching(TOO_OLD)])
})

// Only an older Node.js shows that nothing it cannot read is loaded before the check.
test.runIf(existsSync(BUILT) && olderNode() !== undefined)('a real one as well', async () => {
  await using main = await startProcess(olderNode() ?? '', [BUILT])
  expect(await main.exit).toEqual({ code: 1, signal: null })
  expect(main.lines).toEqual([expect.stringMatching(TOO_OLD)])
})

function olderNode(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, 'node')).find((node) => existsSync(node) && majorOf(node) < 26)
}

function majorOf(node: string): number {
  return Number.parseInt(execFileSync(node, ['--version'], { encoding: 'utf8' }).slice(1), 10)
}
