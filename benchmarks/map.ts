// Calls a second of maps against those of runs, on one machine and through a queue.
import { parseArgs } from 'node:util'
import { RedisServer } from '@isolated-runtime/testing'
import { mapsOf, runsOf, startFleet, startLocal, type Place } from './map/places.ts'
import { interleave, ratio, type Row } from './measure/interleave.ts'
import { median } from './measure/median.ts'
import { pinTo } from './measure/pin.ts'
import { REALMS, type RealmKind } from './sandbox/contenders.ts'

const USAGE = `Usage: npm run bench -- map [--json] [--seconds 30]

  --json       print one JSON object instead of a table
  --seconds    how long to measure, at least 6
`
const PLACES = { local: startLocal, queue: startFleet }
/** How many maps are under way, where it is more than one. */
const MAPS_AT_ONCE = 8
const CORES: Record<PlaceName, string> = { local: '0', queue: '0,1' }

type PlaceName = keyof typeof PLACES

/** Calls a second, and how many times as many those of maps are. */
interface Figure {
  /** Many runs under way at once, each of which travels by itself. */
  readonly alone: number
  /** The same as they are: quick runs travel together. */
  readonly run: number
  /** One map of a hundred items at a time. */
  readonly map: number
  /** Several of them at once. */
  readonly maps: number
  readonly mapsToAlone: number
  readonly mapsToRun: number
}

type Figures = Record<PlaceName, Record<RealmKind, Figure>>

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '30' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(USAGE)
else await main(Number(values.seconds))

async function main(seconds: number): Promise<void> {
  if (!(seconds >= 6)) throw new RangeError(`"--seconds" is at least 6\n\n${USAGE}`)
  await using redis = await RedisServer.start()
  const figures = {} as Figures
  let pinned = true
  for (const name of ['local', 'queue'] as const) {
    pinned = pinTo(CORES[name]) && pinned
    await using place = await PLACES[name](redis.url)
    figures[name] = await measure(place, (seconds * 1_000) / 2)
  }
  const all = {
    benchmark: 'map',
    node: process.version,
    pinned,
    ...figures,
    ratio: figures.queue.fresh.mapsToAlone,
  }
  process.stdout.write(`${values.json ? JSON.stringify(all) : tableOf(figures)}\n`)
}

async function measure(place: Place, durationMs: number): Promise<Record<RealmKind, Figure>> {
  const contenders = Object.fromEntries(
    REALMS.flatMap((realm) => [
      [`alone, ${realm}`, runsOf(place, place.alone, realm)],
      [`run, ${realm}`, runsOf(place, place.calls, realm)],
      [`map, ${realm}`, mapsOf(place, realm, 1)],
      [`maps, ${realm}`, mapsOf(place, realm, MAPS_AT_ONCE)],
    ]),
  )
  const rows = await interleave(contenders, durationMs)
  const figures = {} as Record<RealmKind, Figure>
  for (const realm of REALMS) {
    const row = (name: string): Row | undefined => rows[`${name}, ${realm}`]
    const [alone, run, map, maps] = [row('alone'), row('run'), row('map'), row('maps')]
    figures[realm] = {
      alone: middle(alone),
      run: middle(run),
      map: middle(map),
      maps: middle(maps),
      mapsToAlone: ratio(maps, alone),
      mapsToRun: ratio(maps, run),
    }
  }
  return figures
}

function middle(row: Row | undefined): number {
  return median(row?.slices ?? [])
}

function tableOf(figures: Figures): string {
  const lines = [line('calls a second', 'run alone', 'run', 'map', 'maps', '÷ alone', '÷ run')]
  for (const name of ['local', 'queue'] as const) {
    for (const realm of REALMS) {
      const { alone, run, map, maps, mapsToAlone, mapsToRun } = figures[name][realm]
      const cells = [
        alone.toFixed(0),
        run.toFixed(0),
        map.toFixed(0),
        maps.toFixed(0),
        mapsToAlone.toFixed(1),
        mapsToRun.toFixed(1),
      ]
      lines.push(line(`${name}, ${realm}`, ...cells))
    }
  }
  return lines.join('\n')
}

function line(name: string, ...cells: string[]): string {
  return name.padEnd(24) + cells.map((cell) => cell.padStart(12)).join('')
}
