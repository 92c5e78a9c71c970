import { DEFAULT_CEILINGS } from '@isolated-runtime/protocol'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { expect, onTestFinished, test } from 'vitest'
import { helpText, readConfig, variables } from './config.ts'

const REDIS_URL = 'redis://localhost:6379'

test('only REDIS_URL is required', () => {
  expect(readConfig({ REDIS_URL, HOME: '/root' })).toMatchObject({
    redisUrl: REDIS_URL,
    queueName: 'runs',
    keyPrefix: 'isolated-runtime',
    name: expect.stringContaining(`-${process.pid}`),
    port: 8080,
    drainGraceMs: 25_000,
    ceilings: DEFAULT_CEILINGS,
    allow: [],
    circuitBreaker: { maxKills: 3, windowMs: 60_000, openMs: 30_000 },
    overload: { maxMemoryShare: 0.9, maxQueueAgeMs: 60_000 },
  })
})

test('the URL of Redis may come from a file, which no other process can read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'url')
  writeFileSync(file, `${REDIS_URL}\n`)
  expect(readConfig({ REDIS_URL_FILE: file })).toMatchObject({ redisUrl: REDIS_URL })
  expect(() => readConfig({ REDIS_URL_FILE: join(folder, 'none') })).toThrow(
    /^Invalid environment: "REDIS_URL_FILE": ENOENT/,
  )
  writeFileSync(file, 'redis//:s3cret@localhost')
  expect(() => readConfig({ REDIS_URL_FILE: file })).toThrow(
    /^Invalid environment: "REDIS_URL": ((?!s3cret).)*$/,
  )
})

test('the bundle cache is a quarter of the heap at most', () => {
  const { heap_size_limit: heap } = getHeapStatistics()
  expect(readConfig({ REDIS_URL }).bundleCacheBytes).toBe(Math.min(256 * 2 ** 20, Math.floor(heap / 4)))
})

test('an empty variable is one that is not set', () => {
  expect(readConfig({ REDIS_URL, PORT: '', LOG_LEVEL: '' })).toMatchObject({ port: 8080, logLevel: 'info' })
})

test('every variable is read', () => {
  const config = readConfig({
    REDIS_URL,
    CELLS: '3',
    THREADS_PER_CELL: '4',
    PORT: '0',
    MAX_TIMEOUT_MS: '1000',
    ALLOW: 'code-from-strings, web-assembly',
    CELL_USERS: 'required',
    FIRST_CELL_UID: '70000',
    CIRCUIT_MAX_KILLS: '5',
    MAX_REDIS_MEMORY_PERCENT: '75',
    MAX_QUEUE_AGE_MS: '0',
    CIRCUIT_WINDOW_MS: '6000',
    CIRCUIT_OPEN_MS: '7000',
  })
  expect(config).toMatchObject({
    maxCells: 3,
    threadsPerCell: 4,
    port: 0,
    ceilings: { ...DEFAULT_CEILINGS, timeoutMs: 1_000 },
    cellUsers: 'required',
    firstCellUid: 70_000,
    allow: ['code-from-strings', 'web-assembly'],
    circuitBreaker: { maxKills: 5, windowMs: 6_000, openMs: 7_000 },
    overload: { maxMemoryShare: 0.75, maxQueueAgeMs: 0 },
  })
})

test('every problem is listed at once, by the name of the variable', () => {
  const wrong = {
    CELLS: '0',
    THREADS_PER_CELL: '1.5',
    SPARE_CELLS: '-1',
    PORT: '99999',
    LOG_LEVEL: 'loud',
    QUEUE_NAME: 'a:b',
    MAX_MEMORY_MB: '1e3',
    KEEP_OUTCOME_MS: '5',
    ALLOW: 'web-assembly,eval',
    CIRCUIT_MAX_KILLS: '0',
  }
  const names = ['REDIS_URL', ...Object.keys(wrong)]
  for (const name of names) expect(() => readConfig(wrong)).toThrow(new RegExp(`"${name}(\\.\\d+)?": `))
  expect(() => readConfig(wrong)).toThrow('"REDIS_URL": expected a URL such as "redis://localhost:6379"')
})

test('a password is not repeated', () => {
  expect(() => readConfig({ REDIS_URL: 'redis//:s3cret@localhost' })).toThrow(/^((?!s3cret).)*$/)
})

test('the help explains every variable', () => {
  const help = helpText()
  expect(help).toMatch(/^REDIS_URL +required +\S/m)
  expect(help).toMatch(/^PORT +8080 +\S/m)
  expect(help).toMatch(/^DRAIN_GRACE_MS +25000 +\S/m)
})

test('docs/operate/configuration.md lists every variable as the program explains it', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/operate/configuration.md'), 'utf8')
  const rows = variables().map((each) => `| \`${each.name}\` | ${each.default} | ${each.description} |`)
  expect(page.match(/^\| `[A-Z_]+` \|.*$/gm)).toEqual(rows)
})
