// Many tenants in this project's sandbox, and in what others use instead: the same work on the same processors.
import { parseArgs } from 'node:util'
import { availableParallelism } from 'node:os'
import { percentile } from './measure/percentile.ts'
import type { Contender } from './peers/contender.ts'
import { startDeno } from './peers/deno.ts'
import { startIsolates } from './peers/isolated-vm.ts'
import { startOwn } from './peers/own.ts'
import { startVm2 } from './peers/vm2.ts'
import { startWorkerd } from './peers/workerd.ts'

const USAGE = `Usage: npm run bench -- peers [--json] [--contenders tenant,cordon] [--peers FOLDER]
         [--tenants 1,10,100,1000] [--seconds 4] [--warm-up 60] [--in-flight 16]

  --json         print one JSON object instead of a table
  --contenders   which of tenant, cordon, vm2, isolated-vm, deno, workerd
  --peers        a folder in which "deno" and "workerd" of npm are installed
  --tenants      how many, for each row
  --seconds      how long each is measured
  --warm-up      how long the first calls of all tenants may take before that; those left are cold when it begins
  --in-flight    how many calls are under way at once
`
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    contenders: { type: 'string', default: 'tenant,cordon,vm2,isolated-vm' },
    peers: { type: 'string', default: '.' },
    tenants: { type: 'string', default: '1,10,100,1000' },
    seconds: { type: 'string', default: '4' },
    'warm-up': { type: 'string', default: '60' },
    'in-flight': { type: 'string', default: '16' },
    help: { type: 'boolean', default: false },
  },
})
const STARTS: Readonly<Record<string, () => Promise<Contender>>> = {
  tenant: () => startOwn('tenant'),
  cordon: () => startOwn('cordon'),
  vm2: startVm2,
  'isolated-vm': startIsolates,
  deno: () => startDeno(values.peers),
  workerd: () => startWorkerd(values.peers),
}

interface Row {
  readonly contender: string
  readonly tenants: number
  readonly perSecond: number
  readonly p99Ms: number
  /** First calls a second, one of each tenant. */
  readonly firstPerSecond: number
}

if (values.help) say(USAGE)
else await main()

async function main(): Promise<void> {
  const rows: Row[] = []
  if (!values.json)
    say(
      `Node.js ${process.version}, ${availableParallelism()} processors, ${values['in-flight']} calls in flight\n\n` +
        line(['', 'tenants', 'calls/s', 'p99 ms', 'first calls/s']),
    )
  for (const contender of values.contenders.split(',')) {
    for (const tenants of values.tenants.split(',').map(Number)) {
      const start = STARTS[contender]
      if (start === undefined || !(tenants >= 1)) throw new RangeError(USAGE)
      const row = await measure(contender, start, tenants)
      rows.push(row)
      const figures = [row.perSecond.toFixed(0), row.p99Ms.toFixed(1), row.firstPerSecond.toFixed(0)]
      if (!values.json) say(line([contender, String(tenants), ...figures]))
    }
  }
  if (values.json) say(JSON.stringify({ benchmark: 'peers', node: process.version, rows }))
}

async function measure(name: string, start: () => Promise<Contender>, tenants: number): Promise<Row> {
  await using contender = await start()
  const inFlight = Number(values['in-flight'])
  const lanes = (lane: () => Promise<void>): Promise<unknown> =>
    Promise.all(Array.from({ length: inFlight }, lane))
  const nameOf = (number: number): string => `of-${tenants}-${number}`

  const startedAt = performance.now()
  const warmAt = startedAt + Number(values['warm-up']) * 1_000
  let first = 0
  await lanes(async () => {
    while (first < tenants && performance.now() < warmAt) await contender.call(nameOf(first++))
  })
  const firstPerSecond = (first * 1_000) / (performance.now() - startedAt)

  const took: number[] = []
  const from = performance.now()
  const until = from + Number(values.seconds) * 1_000
  let next = 0
  await lanes(async () => {
    while (performance.now() < until) {
      const calledAt = performance.now()
      await contender.call(nameOf(next++ % tenants))
      took.push(performance.now() - calledAt)
      // A peer that works without awaiting has its turn once in a while, as it would in a server.
      await new Promise((resolve) => setImmediate(resolve))
    }
  })
  const perSecond = (took.length * 1_000) / (performance.now() - from)
  return { contender: name, tenants, perSecond, p99Ms: percentile(took, 0.99), firstPerSecond }
}

function line(cells: readonly string[]): string {
  return cells.map((cell, at) => (at === 0 ? cell.padEnd(14) : cell.padStart(14))).join('')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
