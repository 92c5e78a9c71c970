import type { Call } from '@isolated-runtime/protocol'
import { memoryClassOf } from './memory-class.ts'
import type { Wish } from './placement.ts'

/**
 * Who may be in a cell together, at the same time or one after the other, from the least apart to the most:
 * - `shared`: runs of anybody, in one thread after the other, for code you wrote yourself;
 * - `cordon`: tenants of one cordon, each in threads of its own;
 * - `tenant`: runs of one tenant;
 * - `run`: nobody, each run has a process of its own.
 */
export const ISOLATIONS = ['tenant', 'run', 'cordon', 'shared'] as const

export type Isolation = (typeof ISOLATIONS)[number]

/** The cordon of tenants that have no other. */
export const DEFAULT_CORDON = 'default'

/** The owner of cells that are everybody's. No tenant has that name: names have at least one character. */
const EVERYBODY = ''

const FROM_LEAST: readonly Isolation[] = ['shared', 'cordon', 'tenant', 'run']

/** The isolation that keeps runs further apart. */
export function stricter(one: Isolation, other: Isolation): Isolation {
  return FROM_LEAST.indexOf(one) > FROM_LEAST.indexOf(other) ? one : other
}

/** What decides about the cell of a run. */
interface Placed {
  readonly tenant: string
  readonly call: Pick<Call, 'limits'>
  readonly isolation?: Isolation | undefined
  readonly cordon?: string | undefined
}

/** What a run wishes of a cell. @param suspect whether it was in a cell that died */
export function wishOf(
  { tenant, call, isolation: own, cordon = DEFAULT_CORDON }: Placed,
  isolationOfAll: Isolation,
  suspect: boolean,
): Wish {
  const isolation = stricter(own ?? isolationOfAll, isolationOfAll)
  const alone = suspect || isolation === 'run'
  return {
    tenant,
    owner: isolation === 'shared' ? EVERYBODY : tenant,
    memoryMb: memoryClassOf(call.limits.memoryMb),
    cordon: isolation === 'cordon' && !alone ? cordon : undefined,
    alone,
    suspect,
  }
}
