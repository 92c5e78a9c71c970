// How late runs begin that wait for a time, and how soon those of a killed executor begin again.
import { parseArgs } from 'node:util'
import { Client } from '@isolated-runtime/client'
import { RedisServer } from '@isolated-runtime/testing'
import { percentile } from './measure/percentile.ts'
import { Executors } from './timing/executors.ts'
import { lateDelays, lateRetries, lateTicks, lateTokens } from './timing/late.ts'
import { begunTwice, recoveries } from './timing/recovery.ts'

const USAGE = `Usage: npm run bench -- timing [--json] [--runs 20] [--kills 8] [--stalls 4]

  --json      print one JSON object instead of a table
  --runs      how many runs of each kind wait for a time
  --kills     how many executors are killed, with about three runs each
  --stalls    how often an executor stands still for two seconds
`
const EXECUTORS = 2
const WAIT_MS = 100
const EVERY_MS = 1_000
const RUNS_PER_SECOND = 5
const STALL_MS = 2_000
const STALLED_RUNS = 6

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '20' },
    kills: { type: 'string', default: '8' },
    stalls: { type: 'string', default: '4' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) say(USAGE)
else await main(Number(values.runs), Number(values.kills), Number(values.stalls))

async function main(runs: number, kills: number, stalls: number): Promise<void> {
  if (!(runs >= 1) || !(kills >= 0) || !(stalls >= 0)) throw new RangeError(USAGE)
  await using redis = await RedisServer.start()
  await using executors = new Executors(redis.url)
  for (let count = 0; count < EXECUTORS; count++) await executors.start()
  await using client = await Client.connect({ redis: redis.url })
  const lateMs = {
    [`a delay of ${WAIT_MS} ms`]: await lateDelays(client, WAIT_MS, runs),
    [`a retry after ${WAIT_MS} ms, from the start of the first attempt`]: await lateRetries(
      client,
      WAIT_MS,
      runs,
    ),
    [`the next token at ${RUNS_PER_SECOND}/s`]: await lateTokens(client, RUNS_PER_SECOND, runs),
    [`a schedule of ${EVERY_MS} ms`]: await lateTicks(client, EVERY_MS, runs),
    'begun again after a kill': await recoveries(client, executors, kills),
  }
  let twice = 0
  for (let stall = 0; stall < stalls; stall++)
    twice += await begunTwice(client, executors, STALL_MS, STALLED_RUNS)
  const stalled = { runs: stalls * STALLED_RUNS, begunTwice: twice }
  if (values.json) return say(JSON.stringify({ benchmark: 'timing', node: process.version, lateMs, stalled }))
  say(`Node.js ${process.version}, ${EXECUTORS} executors that have nothing else to do`)
  say(line('milliseconds', 'runs', 'p50', 'p99', 'max'))
  for (const [name, figures] of Object.entries(lateMs)) {
    const cells = [0.5, 0.99, 1].map((part) => percentile(figures, part).toFixed(0))
    say(line(name, String(figures.length), ...cells))
  }
  say(
    `${stalled.begunTwice} of ${stalled.runs} runs were begun twice by executors of which one stood still for ${STALL_MS} ms`,
  )
}

function line(name: string, ...cells: string[]): string {
  return name.padEnd(60) + cells.map((cell) => cell.padStart(8)).join('')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
