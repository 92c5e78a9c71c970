import { IsolatedRuntimeError, parse } from '@isolated-runtime/protocol'
import type { RedisClient } from '../redis/redis-client.ts'
import { z } from 'zod'
import { describeHeldBack, HOLDING_CAPS, timeOf, type HoldingCap } from '../gate/held-back.ts'
import { explainScript, REDIS_TIME } from '../scripts/gate-scripts.ts'
import { EXECUTOR_DEAD_AFTER_MS } from '../gate/gate.ts'
import { jobIdOf, type RunKey } from '../run/run-key.ts'

/**
 * Where a run is.
 *
 * - `delayed`: held back until its time
 * - `waiting`: in the line of its tenant
 * - `next`: the next free executor takes it
 * - `running`: an executor has it
 * - `retrying`: it runs again after a pause
 * - `over`: its outcome is stored
 */
const RUN_PHASES = ['delayed', 'waiting', 'next', 'running', 'retrying', 'over'] as const

const figure = z.coerce.number().optional()

const explanationSchema = z.strictObject({
  now: z.coerce.number(),
  phase: z.enum(RUN_PHASES),
  executor: z.string().optional(),
  slots: z.coerce.number(),
  lastExecutorAt: figure,
  dueAt: figure,
  runsAhead: figure,
  tenantsAhead: figure,
  cap: z.enum(HOLDING_CAPS).optional(),
  capAt: figure,
  capLimit: figure,
})

type Explanation = z.infer<typeof explanationSchema>

/** Where a run is at one moment, and why it is not further. */
export interface RunStatus {
  readonly id: string
  readonly phase: (typeof RUN_PHASES)[number]
  readonly tenant: string
  /** What the run waits for, in words; `undefined` when it does not wait. */
  readonly why: string | undefined
  /** Runs of the same tenant that come before it. */
  readonly runsAhead: number | undefined
  /** Tenants whose next run comes before the next of this tenant; `undefined` when a cap holds it back. */
  readonly tenantsAhead: number | undefined
  /** The cap of the tenant's policy that holds it back, or `ruin` for what its runs have ruined lately. */
  readonly cap: HoldingCap | undefined
  /** The executor that has it, or had it last. */
  readonly executor: string | undefined
}

/** @throws `RUN_NOT_FOUND` */
export async function runStatus(redis: RedisClient, queueKey: string, key: RunKey): Promise<RunStatus> {
  const { tenant, id } = key
  const args = { time: REDIS_TIME, job: jobIdOf(key), deadAfterMs: EXECUTOR_DEAD_AFTER_MS }
  const told = await explainScript(redis, queueKey, args)
  if (told.length === 0) {
    throw runNotFound(key)
  }
  const fields = Object.fromEntries(told.flatMap((name, at) => (at % 2 === 0 ? [[name, told[at + 1]]] : [])))
  const explanation = parse(explanationSchema, fields, `status of run "${id}"`, 'INVALID_MESSAGE')
  const { phase, runsAhead, tenantsAhead, cap, executor } = explanation
  return { id, phase, tenant, why: reasonOf(explanation), runsAhead, tenantsAhead, cap, executor }
}

/** The error for a run that the queue knows nothing of. */
export function runNotFound({ tenant, id }: RunKey): IsolatedRuntimeError {
  return new IsolatedRuntimeError(
    'RUN_NOT_FOUND',
    `Tenant "${tenant}" has no run "${id}": it was never submitted, or its outcome is no longer kept`,
  )
}

function reasonOf(told: Explanation): string | undefined {
  switch (told.phase) {
    case 'running':
    case 'over':
      return undefined
    case 'delayed':
      return `held back until ${timeOf(told.dueAt)}`
    case 'retrying':
      return `tried again at ${timeOf(told.dueAt)}`
    case 'next':
      return told.slots === 0 ? noExecutor(told) : 'the next free executor takes it'
    case 'waiting':
      if (told.slots === 0) return noExecutor(told)
      if (told.cap === undefined) return turnOf(told)
      return describeHeldBack({ cap: told.cap, limit: told.capLimit ?? 0, until: told.capAt })
  }
}

function noExecutor({ now, lastExecutorAt }: Explanation): string {
  if (lastExecutorAt === undefined) return 'no executor has been seen on this queue'
  return `no executor alive since ${Math.round((now - lastExecutorAt) / 1_000)} s`
}

function turnOf({ runsAhead = 0, tenantsAhead = 0 }: Explanation): string {
  return `${runsAhead} runs of its tenant are ahead of it, and the turns of ${tenantsAhead} other tenants`
}
