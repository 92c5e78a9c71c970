// What a new cell and a thread of it cost to start, and to keep, by turns with another build of this project.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './measure/median.ts'
import { Build, type Figures } from './start/sample.ts'

const USAGE = `Usage: npm run bench -- start [--json] [--against FOLDER] [--samples 10] [--idle 12]

  --json       print one JSON object instead of a table
  --against    a folder with another build of this project, measured in turn with this one
  --samples    how many cells of each are started
  --idle       how long the last cell of each is left alone before it counts as trimmed, in seconds; 0 leaves that out
`
const COLUMNS = ['cpuMs', 'wallMs', 'threadCpuMs', 'idleMb', 'twoThreadsMb', 'trimmedMb'] as const
type Column = (typeof COLUMNS)[number]

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    against: { type: 'string' },
    samples: { type: 'string', default: '10' },
    idle: { type: 'string', default: '12' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) say(USAGE)
else await main(Number(values.samples), Number(values.idle) * 1_000)

async function main(samples: number, idleMs: number): Promise<void> {
  if (!(samples >= 1) || !(idleMs >= 0)) throw new RangeError(USAGE)
  const builds = { own: await Build.load(fileURLToPath(new URL('..', import.meta.url))) } as Record<
    string,
    Build
  >
  if (values.against !== undefined) builds['against'] = await Build.load(values.against)
  const rows: Record<string, Figures[]> = {}
  // The first of each warms up what this process and the system cache.
  for (let sample = -1; sample < samples; sample++) {
    for (const [name, build] of Object.entries(builds)) {
      const figures = await build.sample(sample === samples - 1 ? idleMs : 0)
      if (sample >= 0) (rows[name] ??= []).push(figures)
    }
  }
  if (values.json) say(JSON.stringify({ benchmark: 'start', node: process.version, samples, rows }))
  else say([`Node.js ${process.version}, ${samples} cells of each`, '', ...table(rows)].join('\n'))
}

function table(rows: Readonly<Record<string, readonly Figures[]>>): string[] {
  const lines = [line('median (least)', [...COLUMNS])]
  for (const [name, figures] of Object.entries(rows))
    lines.push(
      line(
        name,
        COLUMNS.map((at) => told(figures, at)),
      ),
    )
  const { own, against } = rows
  if (own !== undefined && against !== undefined)
    lines.push(
      line(
        'own ÷ against',
        COLUMNS.map((at) => ratio(own, against, at)),
      ),
    )
  return lines
}

function told(figures: readonly Figures[], column: Column): string {
  const all = figuresOf(figures, column)
  return all.length === 0 ? '' : `${median(all).toFixed(1)} (${Math.min(...all).toFixed(1)})`
}

function figuresOf(figures: readonly Figures[], column: Column): number[] {
  return figures.map((one) => one[column]).filter((figure) => figure !== undefined)
}

/** The median of the ratios of cells that were started one after the other. */
function ratio(own: readonly Figures[], against: readonly Figures[], column: Column): string {
  const pairs = own.map((one, at) => (one[column] ?? Number.NaN) / (against[at]?.[column] ?? Number.NaN))
  const known = pairs.filter((pair) => !Number.isNaN(pair))
  return known.length === 0 ? '' : median(known).toFixed(2)
}

function line(name: string, cells: readonly string[]): string {
  return name.padEnd(16) + cells.map((cell) => cell.padStart(16)).join('')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
