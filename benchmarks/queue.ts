// Awaiting a function through Redis: this client and an executor against stock BullMQ, same Redis, same cores, in turn.
import { parseArgs } from 'node:util'
import { RedisServer } from '@isolated-runtime/testing'
import { median } from './measure/median.ts'
import { pinTo } from './measure/pin.ts'
import { measureClients, measureInFlight, measureLatency, measurePayloads } from './queue/measure.ts'
import { measureIdle } from './queue/idle.ts'
import { measureWaiting } from './queue/waiting.ts'
import { Contest } from './queue/contest.ts'
import { tableOf, type Figures } from './queue/figures.ts'

const USAGE = `Usage: npm run bench -- queue [--json] [--seconds 1] [--rounds 3]

  --json       print one JSON object instead of tables
  --seconds    how long each slice takes
  --rounds     how often all slices are measured in turn
`
const CORES = '0,1'
/** What the bar of 256 runs in flight is about. */
const IN_FLIGHT_OF_RATIO = 256

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(USAGE)
else await main(Number(values.seconds) * 1_000, Number(values.rounds))

async function main(sliceMs: number, rounds: number): Promise<void> {
  if (!(sliceMs >= 200) || !Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(`"--seconds" is at least 0.2 and "--rounds" a whole number from 1\n\n${USAGE}`)
  }
  const pinned = pinTo(CORES)
  await using redis = await RedisServer.start()
  await using contest = await Contest.start(redis.url, { sliceMs, rounds })
  const throughput = await measureInFlight(contest)
  const figures: Figures = {
    benchmark: 'queue',
    node: process.version,
    pinned,
    throughput,
    latency: await measureLatency(contest),
    clients: await measureClients(contest),
    payloads: await measurePayloads(contest),
    idle: await measureIdle(),
    bytesPerWaitingRun: await measureWaiting(redis.url),
    ratio: median(throughput['fresh']?.find(({ inFlight }) => inFlight === IN_FLIGHT_OF_RATIO)?.ratios ?? []),
  }
  process.stdout.write(`${values.json ? JSON.stringify(figures) : tableOf(figures)}\n`)
}
