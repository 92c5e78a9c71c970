// Quiet tenants beside one that costs more than others: what it does to their times, and to the timers of their guests.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Client } from '@isolated-runtime/client'
import { boundToParent, RedisServer, startProcess, type StartedProcess } from '@isolated-runtime/testing'
import { median } from './measure/median.ts'
import { percentile } from './measure/percentile.ts'
import { NEIGHBOURS, type Neighbour } from './neighbours/neighbours.ts'

const USAGE = `Usage: npm run bench -- neighbours [--json] [--seconds 6] [--quiet 10] [--rounds 2] [--main FILE] [NEIGHBOUR …]

  --json       print one JSON object instead of a table
  --seconds    how long the quiet tenants are measured beside each neighbour, at least 2
  --quiet      how many quiet tenants there are
  --rounds     how often each neighbour has its turn, between turns without one
  --main       the program of the executor, such as that of another build
  NEIGHBOUR    ${NEIGHBOURS.map(({ name }) => name).join(', ')}; all unless some are named
`
const FOLDER = fileURLToPath(new URL('neighbours/modules', import.meta.url))
const RUNS_PER_SECOND = 4
const WARM_UP_MS = 4_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '6' },
    quiet: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '2' },
    main: {
      type: 'string',
      default: fileURLToPath(new URL('../services/executor/dist/main.js', import.meta.url)),
    },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) say(USAGE)
else await main(Number(values.seconds), Number(values.quiet), Number(values.rounds))

interface Row {
  readonly neighbour: string
  readonly p50Ms: number
  readonly p99Ms: number
  /** How late the timers of quiet guests were. */
  readonly lateP99Ms: number
  readonly failed: number
  /** Runs of the neighbour that were over, a second. */
  readonly neighbourRunsPerSecond: number
}

async function main(seconds: number, quiet: number, rounds: number): Promise<void> {
  if (!(seconds >= 2) || !(quiet >= 1) || !(rounds >= 1)) throw new RangeError(USAGE)
  const neighbours = NEIGHBOURS.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  await using stack = new AsyncDisposableStack()
  const redis = stack.use(await RedisServer.start())
  stack.use(await startExecutor(redis.url))
  const client = stack.use(await Client.connect({ redis: redis.url, expiresInMs: 60_000 }))
  await measure(client, undefined, quiet, WARM_UP_MS)
  const rows: Row[] = []
  for (let round = 0; round < rounds; round++) {
    for (const neighbour of [undefined, ...neighbours])
      rows.push(await measure(client, neighbour, quiet, seconds * 1_000))
  }
  const setting = { quiet, runsPerSecond: RUNS_PER_SECOND, seconds, rounds }
  const figures = { benchmark: 'neighbours', node: process.version, ...setting, rows }
  say(values.json ? JSON.stringify(figures) : table(setting, rows))
}

async function startExecutor(url: string): Promise<StartedProcess> {
  const executor = await startProcess(...boundToParent(process.execPath, [values.main]), {
    env: { ...process.env, REDIS_URL: url, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info' },
  })
  await executor.waitForLine(/"msg":"ready"/, 30_000)
  return executor
}

async function measure(
  client: Client,
  neighbour: Neighbour | undefined,
  quiet: number,
  durationMs: number,
): Promise<Row> {
  const stop = new AbortController()
  const other = neighbour?.begin(client, stop.signal)
  const tookMs: number[] = []
  const lateMs: number[] = []
  let failed = 0
  const startedAt = performance.now()
  const lane = async (tenant: number): Promise<void> => {
    // Evenly, and each at its own time.
    const pauseMs = 1_000 / RUNS_PER_SECOND
    for (
      let dueAt = startedAt + (tenant * pauseMs) / quiet;
      dueAt < startedAt + durationMs;
      dueAt += pauseMs
    ) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())))
      const calledAt = performance.now()
      const request = { folder: FOLDER, file: 'quiet.js', funcName: 'quiet', args: [20] }
      const outcome = await client.outcome({ ...request, tenant: `quiet-${tenant}` })
      tookMs.push(performance.now() - calledAt)
      if (outcome.status === 'succeeded') lateMs.push(outcome.value as number)
      else failed++
    }
  }
  await Promise.all(Array.from({ length: quiet }, (_, tenant) => lane(tenant)))
  const lastedMs = performance.now() - startedAt
  stop.abort()
  const over = (await other) ?? 0
  return {
    neighbour: neighbour?.name ?? 'none',
    p50Ms: percentile(tookMs, 0.5),
    p99Ms: percentile(tookMs, 0.99),
    lateP99Ms: percentile(lateMs, 0.99),
    failed,
    neighbourRunsPerSecond: (over * 1_000) / lastedMs,
  }
}

function table(setting: Readonly<Record<string, number>>, rows: readonly Row[]): string {
  const told = Object.entries(setting).map(([name, value]) => `${name} ${value}`)
  const medianOf = (name: string, figure: (row: Row) => number): number =>
    median(rows.filter(({ neighbour }) => neighbour === name).map(figure))
  const names = [...new Set(rows.map(({ neighbour }) => neighbour))]
  const alone = medianOf('none', ({ p99Ms }) => p99Ms)
  return [
    `Node.js ${process.version}, ${told.join(', ')}`,
    '',
    line('beside', 'p50 ms', 'p99 ms', '× none', 'late p99', 'failed', 'its runs/s'),
    ...names.map((name) =>
      line(
        name,
        medianOf(name, ({ p50Ms }) => p50Ms).toFixed(1),
        medianOf(name, ({ p99Ms }) => p99Ms).toFixed(1),
        (medianOf(name, ({ p99Ms }) => p99Ms) / alone).toFixed(2),
        medianOf(name, ({ lateP99Ms }) => lateP99Ms).toFixed(1),
        medianOf(name, ({ failed }) => failed).toFixed(0),
        medianOf(name, ({ neighbourRunsPerSecond }) => neighbourRunsPerSecond).toFixed(1),
      ),
    ),
  ].join('\n')
}

function line(name: string, ...cells: string[]): string {
  return name.padEnd(16) + cells.map((cell) => cell.padStart(11)).join('')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
