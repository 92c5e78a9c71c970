// Which share of runs finds a cell of its tenant on a fleet of many executors, with homes and without: on virtual time, decided
// by the scripts that decide on a real fleet.
import { parseArgs } from 'node:util'
import { Random, RedisServer } from '@isolated-runtime/testing'
import { Redis } from 'ioredis'
import { simulateHomes, type HomesFigures } from '../packages/queue/src/fixtures/simulate-homes.ts'
import { VirtualExecutors } from '../packages/queue/src/fixtures/virtual-executors.ts'
import { Zipf } from './measure/zipf.ts'

const USAGE = `Usage: npm run bench -- homes [--json] [--executors 100] [--tenants 10000] [--slots 8] [--load 0.5] [--room 3]
                               [--warm-up 30] [--seconds 10] [--seed 1]

  --json         print one JSON object instead of a table
  --executors    how many
  --tenants      how many, who ask by Zipf's law
  --slots        of each executor
  --load         how much is asked for, to what the fleet can do
  --room         how many tenants the fleet has room for, to how many there are
  --warm-up      seconds of virtual time, after each tenant has come once
  --seconds      of virtual time that count
  --seed         other runs for another number
`
const RUN_MS = 200

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    executors: { type: 'string', default: '100' },
    tenants: { type: 'string', default: '10000' },
    slots: { type: 'string', default: '8' },
    load: { type: 'string', default: '0.5' },
    room: { type: 'string', default: '3' },
    'warm-up': { type: 'string', default: '30' },
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

interface Setting {
  readonly executors: number
  readonly tenants: number
  readonly slots: number
  readonly load: number
  readonly room: number
  readonly warmUp: number
  readonly seconds: number
  readonly seed: number
}

if (values.help) say(USAGE)
else await main()

async function main(): Promise<void> {
  const setting: Setting = {
    executors: Number(values.executors),
    tenants: Number(values.tenants),
    slots: Number(values.slots),
    load: Number(values.load),
    room: Number(values.room),
    warmUp: Number(values['warm-up']),
    seconds: Number(values.seconds),
    seed: Number(values.seed),
  }
  if (!Object.values(setting).every((figure) => figure > 0)) throw new RangeError(USAGE)
  const homes = await figuresOf(setting, true)
  const none = await figuresOf(setting, false)
  say(values.json ? JSON.stringify({ benchmark: 'homes', ...setting, homes, none }) : table(homes, none))
}

async function figuresOf(setting: Setting, hasHomes: boolean): Promise<HomesFigures> {
  const { executors, tenants, slots, load, room, warmUp, seconds, seed } = setting
  await using server = await RedisServer.start()
  const redis = new Redis(server.url)
  try {
    const random = new Random(seed)
    const zipf = new Zipf(tenants, random)
    const runsPerMs = (executors * slots * load) / RUN_MS
    let drawn = 0
    return await simulateHomes(
      new VirtualExecutors(redis, { keyPrefix: 'homes', executors, slots, hasHomes }),
      executors,
      {
        // First each comes once.
        draw: () => `tenant-${drawn < tenants ? drawn++ : zipf.draw()}`,
        runsPerMs,
        runMs: RUN_MS,
        room: Math.ceil((room * tenants) / executors),
        warmUpMs: Math.ceil(tenants / runsPerMs) + warmUp * 1_000,
        measureMs: seconds * 1_000,
      },
      random,
    )
  } finally {
    redis.disconnect()
  }
}

function table(homes: HomesFigures, none: HomesFigures): string {
  return [
    row('', 'homes', 'none'),
    row('runs that counted', String(homes.runs), String(none.runs)),
    row('found a cell of their tenant', percent(homes.warm), percent(none.warm)),
    row('executors with a cell, a tenant', homes.copies.toFixed(2), none.copies.toFixed(2)),
    row('busiest executor to the average', homes.busiest.toFixed(2), none.busiest.toFixed(2)),
  ].join('\n')
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}

function row(name: string, ...cells: string[]): string {
  return name.padEnd(34) + cells.map((cell) => cell.padStart(12)).join('')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
