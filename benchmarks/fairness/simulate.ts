import type { Random } from '@isolated-runtime/testing'
import { arrivalsOf, runMsOf, type Arrival, type LoadOptions, type SimulatedTenant } from './load.ts'
import type { VirtualFleet } from './virtual-fleet.ts'

/** What happened, step by step, by index of tenants. */
export interface History {
  /** One for each step of `STEP_MS`. */
  readonly steps: readonly { readonly arrived: readonly number[]; readonly started: readonly number[] }[]
  /** How long each run that started had waited, by tenant. */
  readonly waitsMs: ReadonlyMap<number, readonly number[]>
  /** How much virtual time went by from the arrival of each newcomer to the start of its run. */
  readonly newcomerRounds: readonly number[]
}

export const STEP_MS = 1
const TICK_EVERY_MS = 1_000

interface Flying {
  readonly id: string
  readonly tenant: number
}

/** Has the load run on the fleet, in virtual time: what happens within one step happens at its end. */
export async function simulate(
  fleet: VirtualFleet,
  tenants: readonly SimulatedTenant[],
  options: LoadOptions,
  random: Random,
): Promise<History> {
  const arrivals = arrivalsOf(options, random)
  const steps: { arrived: number[]; started: number[] }[] = []
  const waitsMs = new Map<number, number[]>()
  const newcomerRounds: number[] = []
  const waiting = new Map<string, Arrival & { readonly virtualTime: number | undefined }>()
  const ending = new Map<number, Flying[]>()
  let [flying, ids] = [0, 0]
  let next = arrivals.next()
  await fleet.setPolicies(tenants)
  for (let now = 0; now < options.durationMs; now += STEP_MS) {
    fleet.now = now
    if (now % TICK_EVERY_MS === 0) await fleet.tick()
    const step: { arrived: number[]; started: number[] } = { arrived: [], started: [] }
    const said: Promise<void>[] = []
    for (const { tenant, id } of ending.get(now) ?? []) {
      said.push(fleet.finish(nameOf(tenants, tenant), id))
      flying--
    }
    ending.delete(now)
    for (; !next.done && next.value.at < now + STEP_MS; next = arrivals.next()) {
      const { tenant } = next.value
      const id = String(++ids)
      const isNewcomer = tenant >= options.tenants
      waiting.set(id, { ...next.value, virtualTime: isNewcomer ? await fleet.virtualTime() : undefined })
      said.push(fleet.enqueue(nameOf(tenants, tenant), id))
      step.arrived.push(tenant)
    }
    await Promise.all(said)
    for (const id of await fleet.take(options.slots - flying)) {
      const run = waiting.get(id)
      if (run === undefined) throw new Error(`Run "${id}" was given out, but does not wait`)
      waiting.delete(id)
      flying++
      step.started.push(run.tenant)
      const waits = waitsMs.get(run.tenant) ?? []
      waits.push(Math.max(0, now - run.at))
      waitsMs.set(run.tenant, waits)
      if (run.virtualTime !== undefined) newcomerRounds.push((await fleet.virtualTime()) - run.virtualTime)
      const endsAt = Math.ceil((now + runMsOf(options, random)) / STEP_MS + 0.5) * STEP_MS
      const together = ending.get(endsAt) ?? []
      together.push({ id, tenant: run.tenant })
      ending.set(endsAt, together)
    }
    steps.push(step)
  }
  return { steps, waitsMs, newcomerRounds }
}

function nameOf(tenants: readonly SimulatedTenant[], at: number): string {
  return tenants[at]?.name ?? ''
}
