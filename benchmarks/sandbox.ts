// Runs a second and latency through the whole local path, against the same work inline and against its peers.
import { parseArgs } from 'node:util'
import { interleave, ratio, type Row } from './measure/interleave.ts'
import { latencyOf, type Latency } from './measure/latency.ts'
import { median } from './measure/median.ts'
import { pinTo } from './measure/pin.ts'
import { REALMS, startContenders, type RealmKind } from './sandbox/contenders.ts'

const USAGE = `Usage: npm run bench -- sandbox [--json] [--seconds 30] [--in-flight 8] [--no-peers]

  --json         print one JSON object instead of a table
  --seconds      how long to measure, at least 10
  --in-flight    how many runs are under way at once
  --no-peers     leave out what others offer
`
const LATENCY_SHARE = 0.1

const { values } = parseArgs({
  allowNegative: true,
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '30' },
    'in-flight': { type: 'string', default: '8' },
    peers: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) say(USAGE)
else await main(Number(values.seconds), Number(values['in-flight']))

async function main(seconds: number, calls: number): Promise<void> {
  if (!(seconds >= 10) || !(calls >= 1)) {
    throw new RangeError(`"--seconds" is at least 10 and "--in-flight" at least 1\n\n${USAGE}`)
  }
  const pinned = pinTo('0')
  await using contenders = await startContenders(calls, values.peers)
  const durationMs = seconds * 1_000
  const rows = await interleave(contenders.byName, durationMs * (1 - LATENCY_SHARE * REALMS.length))
  const latency = {} as Record<RealmKind, Latency>
  for (const realm of REALMS)
    latency[realm] = await latencyOf(() => contenders.run(realm), durationMs * LATENCY_SHARE)
  const ratios = ratiosOf(rows)
  const figures: Figures = {
    benchmark: 'sandbox',
    node: process.version,
    pinned,
    inFlight: calls,
    runsPerSecond: Object.fromEntries(
      Object.entries(rows).map(([name, row]) => [
        name,
        { alone: row.alone, interleaved: median(row.slices) },
      ]),
    ),
    notInstalled: contenders.notInstalled,
    latencyMs: latency,
    ratio: ratios['IsolatedRuntime.run, fresh']?.toInline,
    ratios,
  }
  say(values.json ? JSON.stringify(figures) : table(figures))
}

/** Each realm against the inline loop, and against every other contender. */
function ratiosOf(rows: Readonly<Record<string, Row>>): Figures['ratios'] {
  const fresh = rows['IsolatedRuntime.run, fresh']
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [
      name,
      { toFresh: ratio(row, fresh), toInline: ratio(row, rows['same realm inline']) },
    ]),
  )
}

interface Figures {
  readonly benchmark: 'sandbox'
  readonly node: string
  readonly pinned: boolean
  readonly inFlight: number
  readonly runsPerSecond: Readonly<Record<string, { readonly alone: number; readonly interleaved: number }>>
  readonly notInstalled: readonly string[]
  readonly latencyMs: Readonly<Record<RealmKind, Latency>>
  /** Fresh realms through the whole local path, to the same realm and call inline. */
  readonly ratio: number | undefined
  readonly ratios: Readonly<Record<string, { readonly toFresh: number; readonly toInline: number }>>
}

function table({ node, pinned, inFlight, runsPerSecond, notInstalled, latencyMs, ratios }: Figures): string {
  return [
    `Node.js ${node}, ${pinned ? 'pinned to one core' : 'not pinned: no taskset'}, ${inFlight} runs in flight`,
    '',
    line('runs a second', 'alone', 'interleaved', '× fresh', '× inline'),
    ...Object.entries(runsPerSecond).map(([name, row]) =>
      line(
        name,
        row.alone.toFixed(0),
        row.interleaved.toFixed(0),
        ratios[name]?.toFresh.toFixed(2) ?? '',
        ratios[name]?.toInline.toFixed(2) ?? '',
      ),
    ),
    ...notInstalled.map((name) => line(name, 'not installed')),
    '',
    line('one run at a time, ms', 'p50', 'p99', 'longest'),
    ...REALMS.map((realm) => {
      const { p50, p99, longest } = latencyMs[realm]
      return line(realm, p50.toFixed(2), p99.toFixed(2), longest.toFixed(2))
    }),
  ].join('\n')
}

function line(name: string, ...cells: string[]): string {
  return name.padEnd(32) + cells.map((cell) => cell.padStart(14)).join('')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
