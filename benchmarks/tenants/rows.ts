import type { Client } from '@isolated-runtime/client'
import { median } from '../measure/median.ts'
import { percentile } from '../measure/percentile.ts'
import { byZipf, call, closedLoop, openLoop, ruin, uniform, type Draw, type Run } from './loads.ts'

/** What one contender did in one row. */
export interface Figures {
  /** Runs a second; of an open loop, those that succeeded. */
  readonly perSecond: number
  /** Of the warm-up, which is not in the other figures. */
  readonly warmUpPerSecond: number
  /** Part of the runs that found a cell or thread that was up. */
  readonly warmShare: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Runs that did not succeed. */
  readonly failed: number
}

export interface Times {
  readonly inFlight: number
  readonly sliceMs: number
  readonly slices: number
  readonly warmUpMs: number
}

export interface Row {
  readonly name: string
  readonly warmUpMs: number
  warmUp(client: Client, times: Times): Promise<number>
  slice(client: Client, times: Times): Promise<{ readonly runs: readonly Run[]; readonly perSecond: number }>
}

/** Starting a process or a thread takes tens of milliseconds and more, handing a run to one that stands ready one or two. */
const COLD_BOOT_MS = 15
const STEADY = { tenants: 50, perSecond: 100 }
const STEADY_MS = 16_000
const STEADY_WARM_UP_MS = 10_000
const RUINED_A_SECOND = 10

export const ROWS: readonly Row[] = [
  closed('1 tenant', () => uniform(1), 3_000),
  closed('10 uniform', () => uniform(10), 8_000),
  closed('100 uniform', () => uniform(100), 30_000),
  closed('1,000 Zipf', () => byZipf(1_000), 60_000),
  closed('10,000 Zipf', () => byZipf(10_000), 90_000),
  steady('50 at 2/s', false),
  steady('50 at 2/s, ruiner', true),
  firstRuns(),
]

/** Measures one row: each contender warms up alone, then they are measured in turn. */
export async function measureRow(row: Row, clients: readonly Client[], times: Times): Promise<Figures[]> {
  const warmUps: number[] = []
  for (const client of clients) warmUps.push(await row.warmUp(client, times))
  const slices = clients.map((): Awaited<ReturnType<Row['slice']>>[] => [])
  for (let slice = 0; slice < times.slices; slice++)
    for (const [at, client] of clients.entries()) slices[at]?.push(await row.slice(client, times))
  return slices.map((own, at) => figuresOf(own, warmUps[at] ?? Number.NaN))
}

function figuresOf(
  slices: readonly { readonly runs: readonly Run[]; readonly perSecond: number }[],
  warmUpPerSecond: number,
): Figures {
  const runs = slices.flatMap((slice) => slice.runs)
  const took = runs.filter(({ ok }) => ok).map(({ tookMs }) => tookMs)
  return {
    perSecond: median(slices.map(({ perSecond }) => perSecond)),
    warmUpPerSecond,
    warmShare: runs.filter(({ bootMs }) => bootMs < COLD_BOOT_MS).length / runs.length,
    p50Ms: percentile(took, 0.5),
    p99Ms: percentile(took, 0.99),
    failed: runs.length - took.length,
  }
}

function closed(name: string, load: () => Draw, warmUpMs: number): Row {
  const draw = load()
  return {
    name,
    warmUpMs,
    warmUp: async (client, { inFlight, warmUpMs: most }) =>
      (await closedLoop(client, draw, inFlight, Math.min(most, warmUpMs))).perSecond,
    slice: (client, { inFlight, sliceMs }) => closedLoop(client, draw, inFlight, sliceMs),
  }
}

/** An open loop is one slice of its own length, whatever the others have. */
function steady(name: string, ruined: boolean): Row {
  const drive = async (client: Client, durationMs: number): Promise<Awaited<ReturnType<Row['slice']>>> => {
    const stop = new AbortController()
    const ruining = ruined ? ruin(client, RUINED_A_SECOND, stop.signal) : Promise.resolve()
    const runs = await openLoop(client, { ...STEADY, durationMs })
    stop.abort()
    await ruining
    return { runs, perSecond: (runs.filter(({ ok }) => ok).length * 1_000) / durationMs }
  }
  return {
    name,
    warmUpMs: STEADY_WARM_UP_MS,
    warmUp: async (client) => (await drive(client, STEADY_WARM_UP_MS)).perSecond,
    slice: (client, { slices }) => drive(client, STEADY_MS / slices),
  }
}

/** Tenants that were never there before, one after the other, with a pause in which a spare can come up. */
function firstRuns(): Row {
  let tenants = 0
  return {
    name: 'first runs',
    warmUpMs: 0,
    warmUp: async (client) => (await call(client, 'known')).tookMs,
    slice: async (client, { sliceMs }) => {
      const runs: Run[] = []
      const startedAt = performance.now()
      while (performance.now() - startedAt < sliceMs) {
        runs.push(await call(client, `new-${tenants++}`))
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      }
      return { runs, perSecond: (runs.length * 1_000) / (performance.now() - startedAt) }
    },
  }
}

const PAUSE_MS = 400
