// Many tenants on few cells: what it costs that a cell is of one tenant at a time.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Client } from '@isolated-runtime/client'
import {
  boundToParent,
  Random,
  RedisServer,
  startProcess,
  type StartedProcess,
} from '@isolated-runtime/testing'
import { percentile } from './measure/percentile.ts'
import { Zipf } from './measure/zipf.ts'

const USAGE = `Usage: npm run bench -- tenants [--json] [--seconds 8] [--in-flight 16] [--cells 4] [--executors 1]

  --json         print one JSON object instead of a table
  --seconds      how long each number of tenants is measured, at least 2
  --in-flight    how many runs are under way at once
  --cells        processes for guests, of each executor
  --executors    how many
`
const TENANTS = [1, 10, 100, 1_000]
const MAIN = fileURLToPath(new URL('../services/executor/dist/main.js', import.meta.url))
const FOLDER = fileURLToPath(new URL('queue/modules', import.meta.url))
/** Starting a process takes a hundred and more, handing a run to one that stands ready one or two. */
const COLD_BOOT_MS = 15
const DECILES = 10

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '8' },
    'in-flight': { type: 'string', default: '16' },
    cells: { type: 'string', default: '4' },
    executors: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) say(USAGE)
else await main(Number(values.seconds), Number(values['in-flight']), Number(values.executors))

async function main(seconds: number, inFlight: number, executors: number): Promise<void> {
  if (!(seconds >= 2) || !(inFlight >= 1) || !(executors >= 1)) throw new RangeError(USAGE)
  await using stack = new AsyncDisposableStack()
  const redis = stack.use(await RedisServer.start())
  for (let at = 0; at < executors; at++) stack.use(await startExecutor(redis.url))
  const client = stack.use(await Client.connect({ redis: redis.url, expiresInMs: 600_000 }))
  const rows: Row[] = []
  for (const tenants of TENANTS) rows.push(await measure(client, tenants, inFlight, seconds * 1_000))
  const setting = { cells: Number(values.cells), executors, inFlight, seconds }
  const figures = { benchmark: 'tenants', node: process.version, ...setting, rows }
  say(values.json ? JSON.stringify(figures) : table(setting, rows))
}

async function startExecutor(url: string): Promise<StartedProcess> {
  const executor = await startProcess(...boundToParent(process.execPath, [MAIN]), {
    env: {
      ...process.env,
      REDIS_URL: url,
      HOST: '127.0.0.1',
      PORT: '0',
      CELLS: values.cells,
      LOG_LEVEL: 'info',
    },
  })
  await executor.waitForLine(/"msg":"ready"/, 30_000)
  return executor
}

interface Row {
  readonly tenants: number
  readonly runsPerSecond: number
  /** Of runs that found a cell that was up, their tenant's or a spare. */
  readonly warmShare: number
  /** Milliseconds from its being taken until a thread had the run. */
  readonly bootMs: { readonly warmP50: number; readonly coldP50: number; readonly mean: number }
  /** Milliseconds of runs, by tenth of tenants, those with the most runs first; fewer where there are fewer tenants. */
  readonly p99Ms: readonly number[]
}

interface Run {
  readonly tenant: number
  readonly tookMs: number
  readonly bootMs: number
}

async function measure(client: Client, tenants: number, inFlight: number, durationMs: number): Promise<Row> {
  const zipf = new Zipf(tenants, new Random(tenants))
  const runs: Run[] = []
  const request = { folder: FOLDER, file: 'echo.js', funcName: 'echo', args: [1] }
  const startedAt = performance.now()
  const lane = async (): Promise<void> => {
    while (performance.now() - startedAt < durationMs) {
      const tenant = zipf.draw()
      const calledAt = performance.now()
      const { usage } = await client.outcome({ ...request, tenant: `of-${tenants}-${tenant}` })
      runs.push({ tenant, tookMs: performance.now() - calledAt, bootMs: usage.bootMs })
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  const tookMs = performance.now() - startedAt
  const boots = runs.map(({ bootMs }) => bootMs)
  const warm = boots.filter((ms) => ms < COLD_BOOT_MS)
  const cold = boots.filter((ms) => ms >= COLD_BOOT_MS)
  const groups = Math.min(DECILES, tenants)
  return {
    tenants,
    runsPerSecond: (runs.length * 1_000) / tookMs,
    warmShare: warm.length / runs.length,
    bootMs: {
      warmP50: percentile(warm, 0.5),
      coldP50: percentile(cold, 0.5),
      mean: boots.reduce((sum, ms) => sum + ms, 0) / boots.length,
    },
    p99Ms: Array.from({ length: groups }, (_, group) => {
      const own = runs.filter(({ tenant }) => Math.floor((tenant * groups) / tenants) === group)
      return percentile(
        own.map(({ tookMs: ms }) => ms),
        0.99,
      )
    }),
  }
}

function table(setting: Readonly<Record<string, number>>, rows: readonly Row[]): string {
  const told = Object.entries(setting).map(([name, value]) => `${name} ${value}`)
  return [
    `Node.js ${process.version}, ${told.join(', ')}`,
    '',
    line('tenants', 'runs/s', 'warm', 'boot ms', 'warm p50', 'cold p50', '  p99 ms by tenth of tenants'),
    ...rows.map(({ tenants, runsPerSecond, warmShare, bootMs, p99Ms }) =>
      line(
        String(tenants),
        runsPerSecond.toFixed(0),
        `${(warmShare * 100).toFixed(0)} %`,
        bootMs.mean.toFixed(1),
        bootMs.warmP50.toFixed(1),
        bootMs.coldP50.toFixed(0),
        `  ${p99Ms.map((ms) => ms.toFixed(0)).join(' ')}`,
      ),
    ),
  ].join('\n')
}

function line(name: string, ...cells: string[]): string {
  return name.padEnd(10) + cells.map((cell) => cell.padStart(10)).join('')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
