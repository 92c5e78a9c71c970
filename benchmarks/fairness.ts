// Who gets how much of a fleet that is asked for more than it can do: thousands of tenants, a hundred executors, on
// virtual time, decided by the scripts that decide on a real fleet.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { Random, RedisServer } from '@isolated-runtime/testing'
import { figuresOf, type FairnessFigures } from './fairness/figures.ts'
import { tenantsOf } from './fairness/load.ts'
import { plot } from './fairness/plot.ts'
import { simulate } from './fairness/simulate.ts'
import { VirtualFleet } from './fairness/virtual-fleet.ts'

const USAGE = `Usage: npm run bench -- fairness [--json] [--tenants 10000] [--executors 100] [--seconds 10] [--demand 1.5] [--seed 1]
                                  [--svg benchmarks/results/fairness.svg]

  --json         print one JSON object instead of a table
  --tenants      how many, of which a few ask for the most
  --executors    how many, with 4 slots each
  --seconds      of virtual time, at least 2
  --demand       how much is asked for, to what the fleet can do
  --seed         other tenants and runs for another number
  --svg          where the plot is written
`
const SLOTS_EACH = 4
const RUN_MS = 50

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    tenants: { type: 'string', default: '10000' },
    executors: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '10' },
    demand: { type: 'string', default: '1.5' },
    seed: { type: 'string', default: '1' },
    svg: { type: 'string', default: 'benchmarks/results/fairness.svg' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) say(USAGE)
else await main()

async function main(): Promise<void> {
  const [tenantCount, executors, seconds, demand, seed] = [
    values.tenants,
    values.executors,
    values.seconds,
    values.demand,
    values.seed,
  ].map(Number) as [number, number, number, number, number]
  if (!(tenantCount >= 10) || !(executors >= 1) || !(seconds >= 2) || !(demand > 0))
    throw new RangeError(USAGE)
  const slots = executors * SLOTS_EACH
  const load = { tenants: tenantCount, slots, runMs: RUN_MS, demand, durationMs: seconds * 1_000 }
  const random = new Random(seed)
  const tenants = tenantsOf(load, random)
  await using redis = await RedisServer.start()
  const fleet = new VirtualFleet(redis.url, { executors, slots })
  const startedAt = performance.now()
  const history = await simulate(fleet, tenants, load, random)
  const tookSeconds = (performance.now() - startedAt) / 1_000
  fleet.close()
  const figures = figuresOf(history, tenants, load)
  await mkdir(dirname(values.svg), { recursive: true })
  await writeFile(values.svg, plot(figures))
  const { points: _, ...summary } = figures
  const setting = {
    tenants: tenantCount,
    executors,
    slots,
    seconds,
    demand,
    seed,
    svg: values.svg,
    tookSeconds,
  }
  say(
    values.json ? JSON.stringify({ benchmark: 'fairness', ...setting, ...summary }) : table(setting, figures),
  )
}

function table(setting: Readonly<Record<string, unknown>>, figures: FairnessFigures): string {
  const { newcomerRounds: rounds } = figures
  return [
    Object.entries(setting)
      .map(
        ([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toFixed(1)) : String(value)}`,
      )
      .join(', '),
    '',
    row('runs that started', String(figures.started)),
    row('busy tenants without a cap', String(figures.busyTenants)),
    row("Jain's index over them", figures.jainsIndex.toFixed(4)),
    row('furthest from its fair share', `${(figures.maxDeviation * 100).toFixed(1)} %`),
    row('the same in runs', figures.maxDeviationRuns.toFixed(1)),
    row('rounds a newcomer waits', `p50 ${rounds.p50.toFixed(2)}, p99 ${rounds.p99.toFixed(2)}`),
    '',
    row('tenth of tenants', 'runs       p50 ms    p99 ms'),
    ...figures.waits.map(({ p50, p99, runs }, decile) =>
      row(String(decile + 1), `${String(runs).padEnd(10)} ${p50.toFixed(0).padEnd(9)} ${p99.toFixed(0)}`),
    ),
  ].join('\n')
}

function row(name: string, value: string): string {
  return `${name.padEnd(32)}${value}`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
