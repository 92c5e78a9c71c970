// Fresh-realm runs a second through the whole local path, against the same realm and call made inline in a loop.
import { parseArgs } from 'node:util'
import { IsolatedRuntime } from 'isolated-runtime'
import { median } from './measure/median.ts'
import { pinToOneCore } from './measure/pin.ts'
import { inALoop, inFlight, type Contender } from './sandbox/contender.ts'
import { runInBareContext, runInRealm } from './sandbox/inline.ts'
import { FILE, FOLDER, FUNC_NAME, INPUT } from './sandbox/work.ts'

const USAGE = `Usage: npm run bench -- sandbox [--json] [--seconds 18] [--in-flight 8]

  --json         print one JSON object instead of a table
  --seconds      how long to measure, at least 6
  --in-flight    how many runs are under way at once
`
const SLICE_MS = 250

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '18' },
    'in-flight': { type: 'string', default: '8' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) say(USAGE)
else await main(Number(values.seconds), Number(values['in-flight']))

async function main(seconds: number, calls: number): Promise<void> {
  if (!(seconds >= 6) || !(calls >= 1)) {
    throw new RangeError(`"--seconds" is at least 6 and "--in-flight" at least 1\n\n${USAGE}`)
  }
  const pinned = pinToOneCore()
  // One thread: on one core, more would only take turns.
  await using runtime = new IsolatedRuntime({ sandbox: { maxCells: 1, threadsPerCell: 1, spareCells: 0 } })
  const request = { folder: FOLDER, file: FILE, funcName: FUNC_NAME, args: [JSON.parse(INPUT) as unknown] }
  const contenders: Record<string, Contender> = {
    'bare context inline': inALoop(runInBareContext),
    'same realm inline': inALoop(runInRealm),
    'IsolatedRuntime.run': inFlight(calls, () => runtime.run(request)),
  }
  const rows = await measure(contenders, seconds * 1_000)
  const ratioTo = (name: string): number => ratio(rows['IsolatedRuntime.run'], rows[name])
  const figures = {
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
    ratio: ratioTo('same realm inline'),
    ratioToBareContext: ratioTo('bare context inline'),
  }
  say(values.json ? JSON.stringify(figures) : table(figures))
}

interface Row {
  readonly alone: number
  readonly slices: number[]
}

/** Measures each alone for a while, then all in turn, so that what the machine does meanwhile happens to all. */
async function measure(
  contenders: Record<string, Contender>,
  durationMs: number,
): Promise<Record<string, Row>> {
  const entries = Object.entries(contenders)
  const share = durationMs / 2 / entries.length
  const rows: Record<string, Row> = {}
  for (const [name, contender] of entries) {
    await contender(500)
    rows[name] = { alone: await contender(share), slices: [] }
  }
  for (let slice = 0; slice < share / SLICE_MS; slice++) {
    for (const [name, contender] of entries) rows[name]?.slices.push(await contender(SLICE_MS))
  }
  return rows
}

/** The median of the ratios of slices that were measured next to each other. */
function ratio(row: Row | undefined, to: Row | undefined): number {
  return median((row?.slices ?? []).map((figure, slice) => figure / (to?.slices[slice] ?? Number.NaN)))
}

interface Figures {
  readonly pinned: boolean
  readonly inFlight: number
  readonly runsPerSecond: Readonly<Record<string, { readonly alone: number; readonly interleaved: number }>>
  readonly ratio: number
  readonly ratioToBareContext: number
}

function table({ pinned, inFlight: calls, runsPerSecond, ...ratios }: Figures): string {
  return [
    `Node.js ${process.version}, ${pinned ? 'pinned to one core' : 'not pinned: no taskset'}, ${calls} runs in flight`,
    line('runs a second', 'alone', 'interleaved'),
    ...Object.entries(runsPerSecond).map(([name, row]) =>
      line(name, row.alone.toFixed(0), row.interleaved.toFixed(0)),
    ),
    line('ratio to the same realm inline', '', ratios.ratio.toFixed(2)),
    line('ratio to a bare context inline', '', ratios.ratioToBareContext.toFixed(2)),
  ].join('\n')
}

function line(name: string, ...cells: string[]): string {
  return name.padEnd(36) + cells.map((cell) => cell.padStart(14)).join('')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
