import type { SandboxRun } from '../sandbox-run.ts'
import type { Wish } from './placement.ts'

/**
 * Who may be in a cell together, at the same time or one after the other:
 * - `tenant`: runs of one tenant;
 * - `run`: nobody, each run has a process of its own;
 * - `shared`: runs of anybody, for code you wrote yourself.
 */
export const ISOLATIONS = ['tenant', 'run', 'shared'] as const

export type Isolation = (typeof ISOLATIONS)[number]

/** The owner of cells that are everybody's. No tenant has that name: names have at least one character. */
const EVERYBODY = ''

/** What a run wishes of a cell. @param suspect whether it was in a cell that died */
export function wishOf(
  { tenant, limits, isolation: own }: Pick<SandboxRun, 'tenant' | 'limits' | 'isolation'>,
  isolationOfAll: Isolation,
  suspect: boolean,
): Wish {
  const isolation = own ?? isolationOfAll
  return {
    tenant,
    owner: isolation === 'shared' ? EVERYBODY : tenant,
    memoryMb: limits.memoryMb,
    alone: suspect || isolation === 'run',
    suspect,
  }
}
