// How late runs that spin are ended, while other runs keep the machine busy.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { IsolatedRuntime } from 'isolated-runtime'
import { FILE, FOLDER, FUNC_NAME, INPUT } from './sandbox/work.ts'

const USAGE = `Usage: npm run bench -- overrun [--json] [--runs 200] [--spinning 2] [--busy 4]

  --json         print one JSON object instead of a table
  --runs         how many runs are left to spin, at least 20
  --spinning     how many of them at once
  --busy         how many ordinary runs, of another tenant, are under way all the while
`
const SPIN = { folder: join(import.meta.dirname, 'overrun/modules'), file: 'spin.js', funcName: 'spin' }
const TIMEOUT_MS = 100
const CPU_MS = 50

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '200' },
    spinning: { type: 'string', default: '2' },
    busy: { type: 'string', default: '4' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) say(USAGE)
else await main(Number(values.runs), Number(values.spinning), Number(values.busy))

async function main(runs: number, spinning: number, busy: number): Promise<void> {
  if (!(runs >= 20) || !(spinning >= 1) || !(busy >= 0)) throw new RangeError(USAGE)
  await using runtime = new IsolatedRuntime({
    sandbox: { maxCells: 2, threadsPerCell: Math.max(spinning, busy, 1) },
  })
  await runtime.ready()
  let over = false
  const ordinary = Array.from({ length: busy }, () => keepBusy(runtime, () => over))
  const wall = await lateness(runtime, runs, spinning, { timeoutMs: TIMEOUT_MS }, TIMEOUT_MS)
  const cpu = await lateness(runtime, runs, spinning, { timeoutMs: 60_000, cpuMs: CPU_MS }, CPU_MS)
  over = true
  const latencies = (await Promise.all(ordinary)).flat()
  const figures = {
    benchmark: 'overrun',
    node: process.version,
    spinning,
    busy,
    lateMs: spread(wall),
    cpuOverMs: spread(cpu),
    ordinaryRuns: latencies.length,
    ordinaryMs: spread(latencies),
  }
  say(values.json ? JSON.stringify(figures) : table(figures))
}

/** By how much runs that spin go over a limit, as they report it themselves and as the caller sees it. */
async function lateness(
  runtime: IsolatedRuntime,
  runs: number,
  spinning: number,
  limits: { readonly timeoutMs: number; readonly cpuMs?: number },
  limitMs: number,
): Promise<number[]> {
  const late: number[] = []
  const spin = async (): Promise<void> => {
    while (late.length < runs) {
      const request = { ...SPIN, tenant: 'spinner', limits }
      const startedAt = performance.now()
      const { usage } = await runtime.outcome(request)
      const tookMs = performance.now() - startedAt - usage.bootMs - usage.compileMs
      late.push((limits.cpuMs === undefined ? tookMs : usage.cpuMs) - limitMs)
    }
  }
  await Promise.all(Array.from({ length: spinning }, spin))
  return late
}

/** Ordinary runs one after the other; gives how long each took. */
async function keepBusy(runtime: IsolatedRuntime, isOver: () => boolean): Promise<number[]> {
  const latencies: number[] = []
  const request = { folder: FOLDER, file: FILE, funcName: FUNC_NAME, args: [JSON.parse(INPUT) as unknown] }
  while (!isOver()) {
    const startedAt = performance.now()
    await runtime.run(request)
    latencies.push(performance.now() - startedAt)
  }
  return latencies
}

type Spread = Readonly<Record<'p50' | 'p99' | 'max', number>>

function spread(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b)
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}

interface Figures {
  readonly spinning: number
  readonly busy: number
  readonly lateMs: Spread
  readonly cpuOverMs: Spread
  readonly ordinaryMs: Spread
}

function table({ spinning, busy, ...rows }: Figures): string {
  return [
    `Node.js ${process.version}, ${spinning} runs spin, ${busy} ordinary ones next to them`,
    line('milliseconds', 'p50', 'p99', 'max'),
    row(`late, limit ${TIMEOUT_MS} ms`, rows.lateMs),
    row(`over, CPU limit ${CPU_MS} ms`, rows.cpuOverMs),
    row('an ordinary run', rows.ordinaryMs),
  ].join('\n')
}

function row(name: string, { p50, p99, max }: Spread): string {
  return line(name, p50.toFixed(1), p99.toFixed(1), max.toFixed(1))
}

function line(name: string, ...cells: string[]): string {
  return name.padEnd(28) + cells.map((cell) => cell.padStart(10)).join('')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
