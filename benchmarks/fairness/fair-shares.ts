import type { SimulatedTenant } from './load.ts'
import { STEP_MS, type History } from './simulate.ts'

/** What a fleet that was idle gives to whoever comes first, before anybody waits, is nobody's share. */
const WARM_UP_MS = 1_000

export interface Shares {
  /** Runs that a fair fleet would have started, by index of tenants. */
  readonly fair: readonly number[]
  /** Runs that started. */
  readonly started: readonly number[]
  /** Whether the tenant had runs waiting all the time. */
  readonly isBusy: readonly boolean[]
}

/**
 * How many runs of each tenant a perfectly fair fleet would have started that serves all tenants at once, in proportion
 * to their weights, and starts as many runs in each step as the real one did (generalised processor sharing); both after
 * a second to warm up.
 */
export function fairShares({ steps }: History, tenants: readonly SimulatedTenant[], runMs: number): Shares {
  const fair = tenants.map(() => 0)
  const served = tenants.map(() => 0)
  const busySteps = tenants.map(() => 0)
  const backlog = new Map<number, number>()
  const warmUp = WARM_UP_MS / STEP_MS
  for (const [step, { arrived, started }] of steps.entries()) {
    for (const tenant of arrived) backlog.set(tenant, (backlog.get(tenant) ?? 0) + 1)
    let left = started.length
    const open = new Set(backlog.keys())
    while (left > 1e-9 && open.size > 0) {
      const weights = [...open].reduce((sum, at) => sum + (tenants[at]?.weight ?? 1), 0)
      const each = left / weights
      let given = 0
      for (const at of open) {
        const { weight = 1, maxConcurrent = Infinity } = tenants[at] ?? {}
        const waiting = backlog.get(at) ?? 0
        const most = Math.min(waiting, (maxConcurrent * STEP_MS) / runMs)
        const share = Math.min(each * weight, most)
        if (share < each * weight || waiting - share <= 1e-9) open.delete(at)
        if (waiting - share <= 1e-9) backlog.delete(at)
        else backlog.set(at, waiting - share)
        if (step >= warmUp) fair[at] = (fair[at] ?? 0) + share
        given += share
      }
      if (given <= 1e-9) break
      left -= given
    }
    if (step < warmUp) continue
    for (const at of started) served[at] = (served[at] ?? 0) + 1
    for (const at of backlog.keys()) busySteps[at] = (busySteps[at] ?? 0) + 1
  }
  return { fair, started: served, isBusy: busySteps.map((busy) => busy >= steps.length - warmUp) }
}
