import { percentile } from '../measure/percentile.ts'
import { fairShares } from './fair-shares.ts'
import type { LoadOptions, SimulatedTenant } from './load.ts'
import type { History } from './simulate.ts'

export interface Point {
  readonly tenant: string
  readonly weight: number
  readonly capped: boolean
  readonly started: number
  readonly fair: number
}

export interface FairnessFigures {
  readonly started: number
  /** Tenants who had runs waiting all the time, without a cap. */
  readonly busyTenants: number
  /** Jain's index of runs started by weight, over these: 1 when all are treated alike. */
  readonly jainsIndex: number
  /** By how much a tenant of these with a fair share of at least `MIN_SHARE` runs is off it, as a part. */
  readonly maxDeviation: number
  /** The same in runs, over all tenants: one run is what cannot be divided. */
  readonly maxDeviationRuns: number
  readonly newcomerRounds: { readonly p50: number; readonly p99: number; readonly max: number }
  /** Milliseconds, by tenth of tenants, the largest first. */
  readonly waits: readonly { readonly p50: number; readonly p99: number; readonly runs: number }[]
  readonly points: readonly Point[]
}

const MIN_SHARE = 50
const DECILES = 10

export function figuresOf(
  history: History,
  tenants: readonly SimulatedTenant[],
  options: LoadOptions,
): FairnessFigures {
  const { fair: shares, started, isBusy } = fairShares(history, tenants, options.runMs)
  const points = tenants.map(({ name, weight, maxConcurrent }, at) => ({
    tenant: name,
    weight,
    capped: maxConcurrent !== undefined,
    started: started[at] ?? 0,
    fair: shares[at] ?? 0,
  }))
  const busy = points.filter((point, at) => isBusy[at] && !point.capped)
  const byWeight = busy.map((point) => point.started / point.weight)
  const large = busy.filter(({ fair }) => fair >= MIN_SHARE)
  const rounds = history.newcomerRounds
  return {
    started: sumOf(started),
    busyTenants: busy.length,
    jainsIndex: sumOf(byWeight) ** 2 / (byWeight.length * sumOf(byWeight.map((share) => share ** 2))),
    maxDeviation: Math.max(0, ...large.map((point) => Math.abs(point.started / point.fair - 1))),
    maxDeviationRuns: Math.max(0, ...busy.map((point) => Math.abs(point.started - point.fair))),
    newcomerRounds: { p50: percentile(rounds, 0.5), p99: percentile(rounds, 0.99), max: Math.max(...rounds) },
    waits: Array.from({ length: DECILES }, (_, decile) => {
      const [from, to] = [decile, decile + 1].map((at) => Math.floor((at * options.tenants) / DECILES))
      const waits = tenants.slice(from, to).flatMap((__, at) => history.waitsMs.get((from ?? 0) + at) ?? [])
      return { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99), runs: waits.length }
    }),
    points,
  }
}

function sumOf(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0)
}
