import type { OutcomePayloads } from '../payload/outcome-payloads.ts'
import type { StoredRuns } from '../submit/stored-runs.ts'
import { jobIdOf } from '../run/run-key.ts'
import { runEndOf } from '../replies/run-end.ts'
import type { ScheduleRecord } from './schedule-record.ts'

/** A tick is claimed before its run is submitted, which is tried again for a while. */
const MAX_SUBMIT_MS = 60_000

export type LastRun = NonNullable<ScheduleRecord['lastRun']>

export interface LastRunParts {
  readonly stored: Pick<StoredRuns, 'look'>
  readonly payloads: Pick<OutcomePayloads, 'restore'>
  /** The time of Redis, in milliseconds since the epoch. */
  readonly now: () => Promise<number>
}

/**
 * How the last runs of schedules of a tenant ended. An executor that died between completing a run and telling its schedule leaves
 * it pending there; what is stored with the run is the truth.
 */
export async function lookAtLastRuns(
  tenant: string,
  runs: readonly (LastRun | undefined)[],
  { stored, payloads, now }: LastRunParts,
): Promise<(LastRun | undefined)[]> {
  const pending = runs.flatMap((run) => (run?.status === 'pending' ? [run] : []))
  if (pending.length === 0) return [...runs]
  const jobIds = pending.map(({ id }) => jobIdOf({ tenant, id }))
  const [found, time] = await Promise.all([stored.look(jobIds), now()])
  const seen = new Map<LastRun, LastRun>()
  for (const [at, run] of pending.entries()) {
    const state = found[at] ?? { kind: 'missing' }
    if (state.kind === 'settled') {
      seen.set(
        run,
        Object.assign({}, run, await runEndOf(jobIdOf({ tenant, id: run.id }), state.result, payloads)),
      )
    } else if (state.kind === 'missing' && time - run.at > MAX_SUBMIT_MS) {
      seen.set(run, { ...run, status: 'lost' })
    }
  }
  return runs.map((run) => run && (seen.get(run) ?? run))
}

/** Whether a run goes on, or is yet to start. */
export async function isGoingOn(tenant: string, run: LastRun, stored: StoredRuns): Promise<boolean> {
  if (run.status !== 'pending') return false
  const [found] = await stored.look([jobIdOf({ tenant, id: run.id })])
  return found?.kind === 'unsettled'
}
