// What the gate before the queue costs Redis, and what a noisy neighbour costs a polite tenant.
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { RedisConnection, Tenants, type TenantPolicy } from '@isolated-runtime/queue'
import { RedisServer } from '@isolated-runtime/testing'
import { QueueLoad } from './gate/queue-load.ts'
import { median } from './measure/median.ts'
import { percentile } from './measure/percentile.ts'
import { closedLoop } from './queue/load.ts'
import { RedisMeter } from './queue/redis-meter.ts'

const USAGE = `Usage: npm run bench -- gate [--json] [--seconds 2] [--rounds 5]

  --json       print one JSON object instead of a table
  --seconds    how long each slice takes, at least 0.5
  --rounds     how often all slices are measured in turn
`
const IN_FLIGHT = 64
const SLOTS = 64
/** Those that are capped wait; there is as much for Redis to do as with no cap, and the gate besides. */
const POLICIES: Readonly<Record<string, TenantPolicy>> = {
  uncapped: {},
  'uncapped, 16 in flight': {},
  'at a cap of 16 at once': { maxConcurrent: 16 },
  'with a rate it does not reach': { runsPerSecond: 1e6 },
  'with a budget of CPU time': { cpuMsPerMinute: 1e9 },
}
const QUEUED = 10_000
const NEIGHBOUR_SLOTS = 16
const NEIGHBOUR_RUN_MS = 20
const POLITE_EVERY_MS = 20
const POLITE_RUNS = 200

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) say(USAGE)
else await main(Number(values.seconds) * 1_000, Number(values.rounds))

async function main(sliceMs: number, rounds: number): Promise<void> {
  if (!(sliceMs >= 500) || !Number.isInteger(rounds) || rounds < 1) throw new RangeError(USAGE)
  await using redis = await RedisServer.start()
  const figures = {
    benchmark: 'gate' as const,
    node: process.version,
    redis: await costs(redis.url, sliceMs, rounds),
    neighbour: await neighbour(redis.url),
  }
  say(values.json ? JSON.stringify(figures) : table(figures))
}

interface Cost {
  readonly runsPerSecond: number
  readonly redisUsPerRun: number
  /** To the uncapped slice beside it. */
  readonly ratio: number
}

/** Redis CPU a run, by policy, in slices that take turns. */
async function costs(url: string, sliceMs: number, rounds: number): Promise<Record<string, Cost>> {
  await using meter = new RedisMeter(url)
  await using load = await QueueLoad.start({ url, slots: SLOTS, runMs: 0 })
  await using connection = await RedisConnection.open({ redis: url })
  const tenants = new Tenants(connection, { keyPrefix: load.keyPrefix, queueName: 'runs' })
  const names = Object.keys(POLICIES)
  const tenantOf = (name: string): string => `tenant-${names.indexOf(name)}`
  const slices = Object.fromEntries(names.map((name) => [name, [] as { perSecond: number; us: number }[]]))
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      await tenants.set(tenantOf(name), POLICIES[name] ?? {})
      let slice = { calls: 0, perSecond: 0 }
      const { cpuMs } = await meter.costOf(async () => {
        slice = await closedLoop(
          [{ call: () => load.run(tenantOf(name)) }],
          name.includes('16 in') ? 16 : IN_FLIGHT,
          sliceMs,
        )
      })
      // The first round warms up.
      if (round >= 0) slices[name]?.push({ perSecond: slice.perSecond, us: (cpuMs * 1_000) / slice.calls })
    }
  }
  const uncapped = slices['uncapped'] ?? []
  return Object.fromEntries(
    names.map((name) => {
      const own = slices[name] ?? []
      const ratios = own.map(({ us }, at) => us / (uncapped[at]?.us ?? Number.NaN))
      return [
        name,
        {
          runsPerSecond: median(own.map(({ perSecond }) => perSecond)),
          redisUsPerRun: median(own.map(({ us }) => us)),
          ratio: median(ratios),
        },
      ]
    }),
  )
}

function spread(times: readonly number[]): Spread {
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
}

interface Spread {
  readonly p50: number
  readonly p99: number
}

interface Neighbour {
  readonly aloneMs: Spread
  /** While a neighbour has runs queued all the time, 10,000 to begin with. */
  readonly besideMs: Spread
  readonly p99Ratio: number
}

/** How long the runs of a polite tenant take, alone on a fleet that is used by half, and beside a noisy neighbour. */
async function neighbour(url: string): Promise<Neighbour> {
  await using load = await QueueLoad.start({ url, slots: NEIGHBOUR_SLOTS, runMs: NEIGHBOUR_RUN_MS })
  await beforeAndAfter(load)
  const before = await beforeAndAfter(load)
  for (let queued = 0; queued < QUEUED; queued += 500) {
    await Promise.all(Array.from({ length: 500 }, () => load.submit('noisy')))
  }
  const more = closing((isOver) => keepBusy(load, 64, isOver))
  const beside = await polite(load, POLITE_RUNS)
  await more.stop()
  const alone = [...before, ...(await beforeAndAfter(load))]
  const [aloneMs, besideMs] = [spread(alone), spread(beside)]
  return { aloneMs, besideMs, p99Ratio: besideMs.p99 / aloneMs.p99 }
}

/** The machine changes its mind: what is compared is measured before and after. */
async function beforeAndAfter(load: QueueLoad): Promise<number[]> {
  const background = closing((isOver) => keepBusy(load, NEIGHBOUR_SLOTS / 2, isOver))
  const times = await polite(load, POLITE_RUNS / 2)
  await background.stop()
  return times
}

async function polite(load: QueueLoad, runs: number): Promise<number[]> {
  const times: number[] = []
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now()
    await load.run('polite')
    times.push(performance.now() - startedAt)
    await delay(POLITE_EVERY_MS)
  }
  return times
}

async function keepBusy(load: QueueLoad, inFlight: number, isOver: () => boolean): Promise<void> {
  const lane = async (): Promise<void> => {
    while (!isOver()) await load.run('noisy')
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
}

function closing(work: (isOver: () => boolean) => Promise<void>): { stop(): Promise<void> } {
  let over = false
  const done = work(() => over)
  return {
    stop: () => {
      over = true
      return done
    },
  }
}

interface Figures {
  readonly redis: Readonly<Record<string, Cost>>
  readonly neighbour: Neighbour
}

function table({ redis, neighbour: { aloneMs, besideMs, p99Ratio } }: Figures): string {
  return [
    `Node.js ${process.version}, ${IN_FLIGHT} runs in flight, ${SLOTS} slots`,
    '',
    line('a tenant', 'runs/s', 'Redis µs/run', '× uncapped'),
    ...Object.entries(redis).map(([name, { runsPerSecond, redisUsPerRun, ratio }]) =>
      line(name, runsPerSecond.toFixed(0), redisUsPerRun.toFixed(0), ratio.toFixed(2)),
    ),
    '',
    line('a polite tenant, ms', 'p50', 'p99'),
    line('on a fleet used by half', aloneMs.p50.toFixed(1), aloneMs.p99.toFixed(1)),
    line(`while another has ${QUEUED} runs queued`, besideMs.p50.toFixed(1), besideMs.p99.toFixed(1)),
    line('p99, ratio', '', p99Ratio.toFixed(2)),
  ].join('\n')
}

function line(name: string, ...cells: string[]): string {
  return name.padEnd(40) + cells.map((cell) => cell.padStart(14)).join('')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
