import type { Random } from '@isolated-runtime/testing'
import { Zipf } from '../measure/zipf.ts'

/** What tenants ask for; times are milliseconds of virtual time. */
export interface LoadOptions {
  readonly tenants: number
  readonly slots: number
  /** Mean of how long a run takes. */
  readonly runMs: number
  /** How much is asked for, to what the fleet can do. */
  readonly demand: number
  readonly durationMs: number
}

export interface SimulatedTenant {
  readonly name: string
  readonly weight: number
  readonly maxConcurrent: number | undefined
}

export interface Arrival {
  readonly at: number
  /** Index of the tenant. */
  readonly tenant: number
}

const NEWCOMERS = 100
const WEIGHTS = [1, 1, 1, 1, 1, 1, 1, 2, 2, 4] as const
const CAPPED_SHARE = 0.05
const CAP = 8

/** Tenants with weights, some of them capped; those at the end are newcomers, who come once in the busy second half. */
export function tenantsOf({ tenants }: LoadOptions, random: Random): SimulatedTenant[] {
  return Array.from({ length: tenants + NEWCOMERS }, (_, at) => ({
    name: at < tenants ? `tenant-${at}` : `newcomer-${at - tenants}`,
    weight: at < tenants ? (random.pick(WEIGHTS) ?? 1) : 1,
    maxConcurrent: at < tenants && random.next() < CAPPED_SHARE ? CAP : undefined,
  }))
}

/** Runs as they come, by time: at random moments, from tenants by Zipf's law. */
export function* arrivalsOf(options: LoadOptions, random: Random): Generator<Arrival> {
  const { tenants, slots, runMs, demand, durationMs } = options
  const zipf = new Zipf(tenants, random)
  const perMs = (slots / runMs) * demand
  let newcomer = 0
  for (let at = 0; ;) {
    at -= Math.log(1 - random.next()) / perMs
    if (at >= durationMs) return
    yield { at, tenant: zipf.draw() }
    const comesAt = durationMs * (0.5 + (0.4 * newcomer) / NEWCOMERS)
    if (newcomer < NEWCOMERS && at >= comesAt) yield { at, tenant: tenants + newcomer++ }
  }
}

/** How long a run takes: mostly a little, sometimes long. */
export function runMsOf({ runMs }: LoadOptions, random: Random): number {
  return -Math.log(1 - random.next()) * runMs
}
