import { expect, test, vi } from 'vitest'
import { docker, inspect } from './docker.ts'
import { IMAGE, useFleet } from './use-fleet.ts'

const fleet = useFleet()
const NODE_IMAGE = process.env['NODE_IMAGE'] ?? 'node:26-bookworm-slim'
const MOST_SIZE = 1.15

interface Readyz {
  readonly ready: boolean
  readonly protection: {
    readonly level: string
    readonly measures: readonly { readonly name: string; readonly found: string }[]
  }
}

/** What `/readyz?verbose` says inside of a container. */
async function readyz(container: string): Promise<Readyz> {
  const code = 'fetch("http://127.0.0.1:8080/readyz?verbose").then((r) => r.text()).then(console.log)'
  return JSON.parse(await docker(['exec', container, 'node', '-e', code])) as Readyz
}

async function shell(command: string): Promise<string> {
  return docker(['run', '--rm', '--entrypoint', 'sh', IMAGE, '-c', command])
}

test('the image has what an executor runs, and nothing else', async () => {
  const { Config, Size } = (await inspect(IMAGE)) as {
    Config: { User: string; Labels: Record<string, string> }
    Size: number
  }
  expect(Config.User).toBe('1000:1000')
  expect(Config.Labels).toMatchObject({ 'org.opencontainers.image.title': 'isolated-runtime executor' })
  expect(await shell('command -v npm npx yarn corepack esbuild || true')).toBe('')
  expect(await shell('find /app -name "*.test.*" -path "*isolated-runtime*" -o -type f -name esbuild')).toBe(
    '',
  )
  expect(await shell('ls packages/sandbox')).toBe('NOTICE\ndist\npackage.json\nvendor')
  expect(await shell('find /app ! -user root -o -perm -o+w ! -type l')).toBe('')
  const kilobytes = Number((await shell('du -sk /app/node_modules')).split('\t')[0])
  const base = (await inspect(NODE_IMAGE))['Size'] as number
  expect(Size / (base + kilobytes * 1_024)).toBeLessThan(MOST_SIZE)
})

test('an executor of the compose file is protected like a restricted pod, and takes runs', async () => {
  for (const id of await fleet.executors()) {
    expect(await readyz(id)).toMatchObject({ ready: true, protection: { level: 'container' } })
  }
  await using client = await fleet.connect()
  const source = 'exports.add = (a, b) => a + b'
  expect(await client.run({ source, funcName: 'add', args: [2, 3] })).toBe(5)
})

test('executors have no way out of their network', async () => {
  const [id = ''] = await fleet.executors()
  const code =
    'fetch("http://192.0.2.1", { signal: AbortSignal.timeout(2000) }).catch((e) => console.log("no", e.name))'
  expect(await docker(['exec', id, 'node', '-e', code])).toMatch(/^no/)
})

test('executors 2 -> 4 -> 1 under load lose nothing and run nothing twice', async () => {
  await using client = await fleet.connect()
  const source =
    'exports.wait = async (n) => { await new Promise((done) => setTimeout(done, 200)); return n }'
  const numbers = Array.from({ length: 400 }, (_, n) => n)
  const next = numbers.values()
  const outcomes = new Map<number, { value?: unknown; attempts: number; executor: string | undefined }>()
  const work = async (tenant: string): Promise<void> => {
    for (const n of next) {
      const outcome = await client.outcome({ source, funcName: 'wait', args: [n], tenant })
      const { attempts, executor } = outcome.usage
      outcomes.set(n, { ...('value' in outcome && { value: outcome.value }), attempts, executor })
    }
  }
  const workers = Promise.all(Array.from({ length: 12 }, (_, n) => work(`tenant-${n % 3}`)))
  await vi.waitFor(() => expect(outcomes.size).toBeGreaterThan(40), { timeout: 60_000 })
  await fleet.compose('up', '--scale', 'executor=4', '--no-recreate', '--wait', '--detach')
  expect(await fleet.executors()).toHaveLength(4)
  await vi.waitFor(() => expect(outcomes.size).toBeGreaterThan(200), { timeout: 120_000 })
  await fleet.compose('up', '--scale', 'executor=1', '--no-recreate', '--detach')
  await workers
  expect(numbers.filter((n) => outcomes.get(n)?.value !== n)).toEqual([])
  expect([...outcomes.values()].filter(({ attempts }) => attempts !== 1)).toEqual([])
  expect(new Set([...outcomes.values()].map(({ executor }) => executor)).size).toBeGreaterThan(2)
})

test('in 512 MB hungry guests end, their neighbours and the executor do not', async () => {
  const name = await fleet.start('hungry', ['--memory', '512m', '--memory-swap', '512m'])
  await using client = await fleet.connect({ queue: 'hungry' })
  const source = `
    exports.eat = () => { const all = []; for (;;) all.push(new Uint8Array(4 << 20).fill(1)) }
    exports.keep = () => { const all = []; for (;;) all.push(new Array(10_000).fill(Math.random())) }
    exports.small = (n) => n`
  const call = (funcName: string, tenant: string): Promise<string> =>
    client
      .outcome({ source, funcName, args: [1], tenant, limits: { timeoutMs: 20_000 } })
      .then(({ status }) => status)
  const hungry = ['eat', 'keep', 'eat', 'keep', 'eat', 'keep'].map((funcName, n) =>
    call(funcName, `hungry-${n}`),
  )
  const neighbours = Array.from({ length: 20 }, (_, n) => call('small', `small-${n % 4}`))
  expect(new Set(await Promise.all(hungry))).toEqual(new Set(['out-of-memory']))
  expect(new Set(await Promise.all(neighbours))).toEqual(new Set(['succeeded']))
  const { State, RestartCount } = (await inspect(name)) as {
    State: { Running: boolean }
    RestartCount: number
  }
  expect({ isRunning: State.Running, RestartCount }).toEqual({ isRunning: true, RestartCount: 0 })
  expect(await call('small', 'later')).toBe('succeeded')
})

test('half a processor is known as such, and enough', async () => {
  const name = await fleet.start('half', ['--cpus', '0.5', '--memory', '512m'])
  await using client = await fleet.connect({ queue: 'half' })
  expect(await client.run({ source: 'exports.one = () => 1', funcName: 'one' })).toBe(1)
  const { protection } = await readyz(name)
  expect(protection.measures).toContainEqual(
    expect.objectContaining({ name: 'processor-limit', found: '0.5 processors' }),
  )
})

test('SIGTERM ends an executor in order, as process 1', async () => {
  const name = await fleet.start('term', [])
  await vi.waitFor(async () => expect(await docker(['logs', name])).toContain('executor.ready'), {
    timeout: 60_000,
  })
  await docker(['stop', name])
  const { State } = (await inspect(name)) as { State: { ExitCode: number } }
  expect(State.ExitCode).toBe(0)
})
