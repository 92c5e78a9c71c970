// How long loops that call one builtin take in a hardened realm, as a multiple of what they take in a fresh one.
import { parseArgs } from 'node:util'
import { NAMES, ROUNDS } from './builtins/loops.ts'
import { RealmThread } from './builtins/realm-thread.ts'
import { median } from './measure/median.ts'

const USAGE = `Usage: npm run bench -- builtins [--json] [--only Math] [--slices 15]

  --json     print one JSON object instead of a table
  --only     only methods whose name holds this text
  --slices   how often each loop runs in each realm, by turns
`
const WARM_UPS = 8
const FIRST_CALLS = 20
const SLICE_MS = 2
const NOTICED = 1.1

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    slices: { type: 'string', default: '15' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) say(USAGE)
else await main(values.only, Number(values.slices))

interface Figure {
  readonly name: string
  readonly nanosecondsFresh: number
  /** Hardened to fresh. */
  readonly ratio: number
}

async function main(only: string, slices: number): Promise<void> {
  await using fresh = new RealmThread('fresh')
  await using hardened = new RealmThread('hardened')
  const figures: Figure[] = []
  for (const name of NAMES.filter((each) => each.includes(only)))
    figures.push(await compare(name, fresh, hardened, slices))
  const missing = await fresh.missing()
  const all = median(figures.map(({ ratio }) => ratio))
  if (values.json) {
    say(JSON.stringify({ benchmark: 'builtins', node: process.version, median: all, missing, figures }))
    return
  }
  say(`Node.js ${process.version}, ${figures.length} loops, hardened ÷ fresh: median ${all.toFixed(2)}`)
  say('ns a round in a fresh realm'.padStart(66) + 'hardened ÷ fresh'.padStart(20))
  for (const { name, nanosecondsFresh, ratio } of figures.toSorted((a, b) => b.ratio - a.ratio)) {
    const mark = ratio > NOTICED ? ' *' : ''
    say(name.padEnd(40) + nanosecondsFresh.toFixed(1).padStart(26) + ratio.toFixed(2).padStart(20) + mark)
  }
  if (missing.length > 0) say(`No loop calls ${missing.join(', ')}`)
}

async function compare(
  name: string,
  fresh: RealmThread,
  hardened: RealmThread,
  slices: number,
): Promise<Figure> {
  let calls = FIRST_CALLS
  for (let count = 0; count < WARM_UPS; count++) {
    await hardened.run(name, calls)
    const ms = await fresh.run(name, calls)
    calls = Math.ceil(Math.min(calls * 20, (calls * SLICE_MS) / Math.max(ms, SLICE_MS / 100)))
  }
  // The quickest of each: whatever else the machine does makes a slice longer, never shorter.
  let [ofFresh, ofHardened] = [Infinity, Infinity]
  for (let slice = 0; slice < slices; slice++) {
    ofFresh = Math.min(ofFresh, await fresh.run(name, calls))
    ofHardened = Math.min(ofHardened, await hardened.run(name, calls))
  }
  return { name, nanosecondsFresh: (ofFresh / calls / ROUNDS) * 1e6, ratio: ofHardened / ofFresh }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
