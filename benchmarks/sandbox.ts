// Fresh-realm runs a second through the whole local path, against the same realm and call made inline in a loop.
import { parseArgs } from 'node:util'
import { IsolatedRuntime } from 'isolated-runtime'
import { median } from './measure/median.ts'
import { pinToOneCore } from './measure/pin.ts'
import { inALoop, inFlight } from './sandbox/contender.ts'
import { runInline } from './sandbox/inline.ts'
import { FILE, FOLDER, FUNC_NAME, INPUT } from './sandbox/work.ts'

const USAGE = `Usage: npm run bench -- sandbox [--json] [--seconds 16] [--in-flight 8]

  --json         print one JSON object instead of a table
  --seconds      how long to measure, at least 4
  --in-flight    how many runs are under way at once
`

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '16' },
    'in-flight': { type: 'string', default: '8' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) say(USAGE)
else await main(Number(values.seconds), Number(values['in-flight']))

async function main(seconds: number, calls: number): Promise<void> {
  if (!(seconds >= 4) || !(calls >= 1))
    throw new RangeError(`--seconds and --in-flight must be numbers\n\n${USAGE}`)
  const pinned = pinToOneCore()
  // As many threads as the one core can use: more would only take turns.
  await using runtime = new IsolatedRuntime({ sandbox: { maxCells: 1, threadsPerCell: 1, spareCells: 0 } })
  const request = { folder: FOLDER, file: FILE, funcName: FUNC_NAME, args: [JSON.parse(INPUT) as unknown] }
  const inline = inALoop(runInline)
  const local = inFlight(calls, () => runtime.run(request))
  await inline(500)
  await local(1_500)

  const alone = { inline: await inline((seconds * 1_000) / 4), local: await local((seconds * 1_000) / 4) }
  // Slices in turn: what the machine does meanwhile happens to both.
  const slices = Math.ceil(seconds)
  const pairs: { inline: number; local: number }[] = []
  for (let slice = 0; slice < slices; slice++)
    pairs.push({ inline: await inline(250), local: await local(250) })
  const interleaved = {
    inline: median(pairs.map((pair) => pair.inline)),
    local: median(pairs.map((pair) => pair.local)),
  }
  const ratio = median(pairs.map((pair) => pair.local / pair.inline))

  if (values.json) {
    say(
      JSON.stringify({
        benchmark: 'sandbox',
        node: process.version,
        pinned,
        inFlight: calls,
        alone,
        interleaved,
        ratio,
      }),
    )
    return
  }
  say(
    `Node.js ${process.version}, ${pinned ? 'pinned to one core' : 'not pinned (no taskset)'}, ${calls} runs in flight`,
  )
  say(row('runs a second', 'alone', 'interleaved'))
  say(row('inline: realm and call in a loop', alone.inline.toFixed(0), interleaved.inline.toFixed(0)))
  say(row('IsolatedRuntime.run, fresh realm', alone.local.toFixed(0), interleaved.local.toFixed(0)))
  say(row('ratio', (alone.local / alone.inline).toFixed(2), ratio.toFixed(2)))
}

function row(name: string, alone: string, interleaved: string): string {
  return `${name.padEnd(36)}${alone.padStart(12)}${interleaved.padStart(14)}`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
