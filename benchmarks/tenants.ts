// Many tenants on one executor, against another build of this project, and under each isolation.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startFleet, type Build } from './tenants/build.ts'
import { measureRow, ROWS, type Figures, type Times } from './tenants/rows.ts'

const USAGE = `Usage: npm run bench -- tenants [--json] [--against FOLDER] [--isolation tenant] [--rows 10,100]
         [--seconds 4] [--slices 3] [--warm-up 90] [--in-flight 16] [--executors 1]

  --json         print one JSON object instead of a table
  --against      a folder with another build of this project, measured in turn with this one
  --isolation    isolations of this build that are measured, separated by commas
  --rows         parts of the names of the rows that are measured
  --seconds      how long a slice is
  --slices       how many slices each contender has in each row
  --warm-up      how long each contender warms up before at most
  --in-flight    how many runs are under way at once in a closed loop
  --executors    how many
`
const OWN = fileURLToPath(new URL('..', import.meta.url))
const AGAINST = 'against'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    against: { type: 'string' },
    isolation: { type: 'string', default: 'tenant' },
    rows: { type: 'string', default: '' },
    seconds: { type: 'string', default: '4' },
    slices: { type: 'string', default: '3' },
    'warm-up': { type: 'string', default: '90' },
    'in-flight': { type: 'string', default: '16' },
    executors: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) say(USAGE)
else await main()

async function main(): Promise<void> {
  const times: Times = {
    inFlight: Number(values['in-flight']),
    sliceMs: Number(values.seconds) * 1_000,
    slices: Number(values.slices),
    warmUpMs: Number(values['warm-up']) * 1_000,
  }
  const executors = Number(values.executors)
  if (!Object.values({ ...times, executors }).every((figure) => figure > 0)) throw new RangeError(USAGE)
  const builds: Build[] = values.isolation
    .split(',')
    .map((isolation) => ({ name: isolation, folder: OWN, env: { ISOLATION: isolation } }))
  if (values.against !== undefined) builds.push({ name: AGAINST, folder: values.against, env: {} })

  const wanted = values.rows.split(',')
  const table: Measured[] = []
  if (!values.json) say(head())
  for (const row of ROWS.filter(({ name }) => wanted.some((part) => name.includes(part)))) {
    await using stack = new AsyncDisposableStack()
    const clients = []
    for (const build of builds) clients.push(stack.use(await startFleet(build, executors)).client)
    const figures = await measureRow(row, clients, times)
    const measured = builds.map(({ name }, at) => ({ row: row.name, contender: name, figures: figures[at] }))
    table.push(...measured)
    if (!values.json) for (const one of measured) say(line(one, table))
  }
  if (values.json)
    say(JSON.stringify({ benchmark: 'tenants', node: process.version, ...times, executors, table }))
}

interface Measured {
  readonly row: string
  readonly contender: string
  readonly figures: Figures | undefined
}

function head(): string {
  const told = `Node.js ${process.version}, ${values.executors} executors, ${values['in-flight']} runs in flight`
  const names = ['runs/s', '÷ against', '÷ 1 tenant', 'warm', 'p50 ms', 'p99 ms', 'failed', 'warm-up/s']
  return `${told}\n\n${cells('', '', names)}`
}

function line({ row, contender, figures }: Measured, table: readonly Measured[]): string {
  if (figures === undefined) return `${row}: not measured`
  const { perSecond, warmUpPerSecond, warmShare, p50Ms, p99Ms, failed } = figures
  const other = table.find((one) => one.row === row && one.contender === AGAINST)?.figures
  const alone = table.find((one) => one.row === ROWS[0]?.name && one.contender === contender)?.figures
  return cells(row, contender, [
    perSecond.toFixed(0),
    other === undefined ? '' : (perSecond / other.perSecond).toFixed(2),
    alone === undefined ? '' : (perSecond / alone.perSecond).toFixed(2),
    `${(warmShare * 100).toFixed(1)} %`,
    p50Ms.toFixed(1),
    p99Ms.toFixed(1),
    String(failed),
    warmUpPerSecond.toFixed(0),
  ])
}

function cells(row: string, contender: string, figures: readonly string[]): string {
  return row.padEnd(20) + contender.padEnd(9) + figures.map((figure) => figure.padStart(11)).join('')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
